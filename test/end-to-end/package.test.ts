import { readdirSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, normalize, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { buildAndPack, installPacked, type Packed, registryObstacle, run } from './package-files.ts';

const temporary = useTemporaryFolder();
const photographs = ['office-1.jpg', 'office-2.jpg'].map((name) => resolve('examples/images', name));
const nativeSources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) =>
  /\.(cc?|h)$/.test(name),
);
let packed: Packed;
beforeAll(async () => {
  packed = await buildAndPack(temporary('copy'));
});

describe('the package', () => {
  it('holds the built library, its types and the papers, and no test, source or weights', () => {
    for (const name of ['package.json', 'LICENSE', 'README.md', 'CHANGELOG.md', 'dist/index.js', 'dist/index.d.ts'])
      expect(packed.files).toContain(name);
    expect(packed.files.filter((name) => /\/tests?\/|fixture|\.(safetensors|pth)$/.test(name))).toEqual([]);
    expect(packed.files.filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))).toEqual([]);
    expect(packed.files.filter((name) => !/^(dist\/|checkpoints\/README\.md$|[^/]+$)/.test(name))).toEqual([]);
  });

  it("holds what is no TypeScript: the viewer's page and the native engine's sources", () => {
    for (const name of ['viewer/page.js', ...nativeSources]) expect(packed.files).toContain(`dist/${name}`);
    expect(nativeSources.length).toBeGreaterThan(0);
  });

  it('is smaller than 5 MB', () => {
    expect(packed.bytes).toBeLessThan(5e6);
  });

  it('imports only files that it holds', async () => {
    const files = new Set(packed.files);
    for (const name of packed.files.filter((file) => /^dist\/(?!viewer\/page\.js).*\.(js|d\.ts)$/.test(file))) {
      const text = await readFile(temporary(join('copy', name)), 'utf8');
      for (const [, path = ''] of text.matchAll(/(?:from |import |import\()["']([.#][^"']*)["']/g)) {
        const target = normalize(join(dirname(name), path));
        expect([name, path, files.has(target)]).toEqual([name, path, true]);
      }
    }
  });

  it('is faultless by the rules of publint', async () => {
    const { stdout } = await run(
      process.execPath,
      [publintProgram(), 'run', packed.tarball, '--strict'],
      temporary('copy'),
    );
    expect(stdout).toContain('All good!');
  });
});

/** Run as a program, since publint is an ES module and jest's modules are CommonJS. */
function publintProgram(): string {
  const require = createRequire(resolve('package.json'));
  return join(dirname(require.resolve('publint')), 'cli.js');
}

const obstacle = registryObstacle();
if (obstacle) console.warn(`SKIPPED: the package is not installed and used, since the npm registry fails: ${obstacle}`);
const withRegistry = obstacle ? describe.skip : describe;

withRegistry(`the package, installed into an empty folder${obstacle ? ` (skipped: ${obstacle})` : ''}`, () => {
  let project: string;
  const npx = (...args: readonly string[]) => run('npx', ['--no-install', ...args], project);
  beforeAll(async () => {
    project = temporary('project');
    await installPacked(packed.tarball, project);
  });

  it('gives the command dust3r', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8'));
    expect((await npx('dust3r', '--version')).stdout).toBe(`${version}\n`);
  });

  it('reconstructs two photographs with that command', async () => {
    const options = ['--output', 'scene', '--random-weights', 'tiny', '--backend', 'wasm', '--size', '64'];
    const { stdout } = await npx('dust3r', 'infer', ...photographs, ...options);
    expect(stdout).toContain('20 files in scene');
    const page = await readFile(join(project, 'scene', 'index.html'), 'utf8');
    expect(page).toContain('<title>office-1.jpg + office-2.jpg</title>');
    expect(await readdir(join(project, 'scene'))).toContain('scene.glb');
  });

  it('compiles under strict and nodenext, and runs', async () => {
    await writeFile(join(project, 'two-views.ts'), program);
    const tsc = resolve('node_modules/typescript/bin/tsc');
    const options = ['--strict', '--module', 'nodenext', '--target', 'es2022', '--skipLibCheck', '--types', ''];
    await run(process.execPath, [tsc, ...options, 'two-views.ts'], project);
    const { stdout, stderr } = await run(process.execPath, ['two-views.js'], project);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({ engine: 'wasm', sizes: ['64×32', '48×32'], named: photographs });
  });

  it('has types without faults of its own', async () => {
    await writeFile(join(project, 'types.ts'), "export * from 'dust3r-tfjs';\n");
    const tsc = resolve('node_modules/typescript/bin/tsc');
    const options = ['--strict', '--exactOptionalPropertyTypes', '--module', 'nodenext', '--target', 'es2022'];
    const all = await run(process.execPath, [tsc, ...options, '--noEmit', 'types.ts'], project).then(
      () => '',
      (error: Error) => error.message,
    );
    expect(all.split('\n').filter((line) => line.startsWith('node_modules/dust3r-tfjs/'))).toEqual([]);
  });
});

const program = `
import { type Camera, chooseBackend, loadForInference, randomModel, reconstructTwoViews } from 'dust3r-tfjs';

const { name: engine } = await chooseBackend('wasm');
const model = randomModel('tiny');
const first = await loadForInference(${JSON.stringify(photographs[0])}, { size: 64 });
const second = await loadForInference(${JSON.stringify(photographs[1])}, { size: 48 });
const { views } = await reconstructTwoViews(model, [first, second]);
model.dispose();
const size = ({ width, height }: Camera): string => width + '×' + height;
console.log(JSON.stringify({ engine, sizes: views.map(({ camera }) => size(camera)), named: views.map(({ name }) => name) }));
`;
