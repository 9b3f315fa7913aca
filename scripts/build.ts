/**
 * Builds `dist`, what the npm package holds: plain JavaScript, types, the viewer's bundled page script, and the native
 * engine's C++ sources.
 *   npm run build
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build } from 'esbuild';
import { buildPage } from '#export/bundle-page.ts';
import { plotPageSource } from '#train/plot/page-source.ts';
import { viewerPageSource } from '#viewer/page-source.ts';

const [source, target] = ['src', 'dist'];
const files = readdirSync(source, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));
const typescript = files.filter((file) => file.endsWith('.ts'));

rmSync(target, { recursive: true, force: true });
await build({ entryPoints: typescript, outbase: source, outdir: target, format: 'esm', target: 'node20' });
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
for (const file of typescript) {
  for (const ending of ['.js', '.d.ts'])
    pointToEmittedFiles(join(target, relative(source, file)).replace(/\.ts$/, ending));
}
for (const file of files.filter((name) => !typescript.includes(name)))
  cpSync(file, join(target, relative(source, file)));
chmodSync(join(target, 'cli/main.js'), 0o755);
await buildPage(viewerPageSource, join(target, 'viewer/page.js'));
await buildPage(plotPageSource, join(target, 'train/plot/page.js'));

/** `./file.ts` becomes `./file.js`, and `#folder/file.ts`, which points into src, a relative path as well. */
function pointToEmittedFiles(file: string): void {
  const text = readFileSync(file, 'utf8').replace(/(['"])([#.][\w./-]+)\.ts\1/g, (_, quote: string, path: string) => {
    const absolute = path.startsWith('#') ? join(target, path.slice(1)) : join(dirname(file), path);
    const fromHere = relative(dirname(file), `${absolute}.js`).replaceAll('\\', '/');
    return `${quote}${fromHere.startsWith('.') ? fromHere : `./${fromHere}`}${quote}`;
  });
  writeFileSync(file, text);
}
