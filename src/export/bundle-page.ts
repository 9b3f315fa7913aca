import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import type { PageSource } from './page-script.ts';

/** Bundles a page's script in memory. */
export async function bundlePage(source: PageSource): Promise<string> {
  const { outputFiles } = await build({ ...(await buildOptions(source)), write: false });
  return outputFiles.map(({ text }) => text).join('');
}

/** Writes the bundle for the package. */
export async function buildPage(source: PageSource, outFile: string): Promise<void> {
  await build({ ...(await buildOptions(source)), outfile: outFile });
}

async function buildOptions({ entry, library, styles = {} }: PageSource): Promise<BuildOptions> {
  const folder = dirname(dirname(createRequire(entry).resolve(library.package)));
  const read = (file: string) => readFile(join(folder, file), 'utf8');
  const define: Record<string, string> = {};
  for (const [name, file] of Object.entries(styles)) define[name] = JSON.stringify(await read(file));
  return {
    entryPoints: [fileURLToPath(entry)],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    // The banner has the licence in full; the library's own one-line notices would repeat it.
    legalComments: 'none',
    define,
    banner: { js: `/*!\nContains ${library.name}, ${library.homepage}\n\n${await read('LICENSE')}*/` },
  };
}
