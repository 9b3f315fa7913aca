const swc = (parser) => ['@swc/jest', { jsc: { parser, target: 'es2022' } }];

// These packages ship ES modules only; jest runs CommonJS.
const esmOnly = [
  '@gltf-transform',
  'property-graph',
  'fast-png',
  'iobuffer',
  'three',
  'yargs',
  'yargs-parser',
  'cliui',
  'y18n',
  'string-width',
  'strip-ansi',
  'ansi-regex',
  'ansi-styles',
  'wrap-ansi',
  'get-east-asian-width',
  'emoji-regex',
  'webgpu',
];

/** @type {import('jest').Config} */
export default {
  testEnvironment: './test/support/jest-environment.js',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: { '\\.ts$': swc({ syntax: 'typescript' }), '\\.m?js$': swc({ syntax: 'ecmascript' }) },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`],
  moduleNameMapper: {
    '^#test/(.*)$': '<rootDir>/test/$1',
    '^three$': '<rootDir>/node_modules/three/build/three.module.js',
    '^#(.*\\.ts)$': '<rootDir>/src/$1',
  },
  reporters: ['default', '<rootDir>/test/support/closing-line.js'],
  maxWorkers: 2,
  testTimeout: 120_000,
};
