/**
 * Builds `dist`, what the npm package holds: plain JavaScript, types, and the viewer's bundled page script.
 *   npm run build
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { buildPageScript } from '#viewer/bundle.ts';

const dist = 'dist';

rmSync(dist, { recursive: true, force: true });
execFileSync('npx', ['tsc', '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
for (const file of emittedFiles()) writeFileSync(file, withRelativeImports(file));
chmodSync(join(dist, 'cli/main.js'), 0o755);
await buildPageScript(join(dist, 'viewer/page.js'));

function emittedFiles(): string[] {
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => /\.(js|d\.ts)$/.test(file)).map((file) => join(dist, file));
}

/** `#folder/file.ts` points into src; in the package it becomes a relative path to the emitted file. */
function withRelativeImports(file: string): string {
  return readFileSync(file, 'utf8').replace(/(['"])#([\w./-]+)\.ts\1/g, (_, quote: string, target: string) => {
    const path = relative(dirname(file), join(dist, `${target}.js`)).replaceAll('\\', '/');
    return `${quote}${path.startsWith('.') ? path : `./${path}`}${quote}`;
  });
}
