import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';

/** The page's script as one text; uPlot, its style and its licence included. */
export async function bundlePlotScript(): Promise<string> {
  const { outputFiles } = await build({ ...(await buildOptions()), write: false });
  return outputFiles.map(({ text }) => text).join('');
}

/** Writes the page's script for the package, as `page.js` beside the compiled page-script module. */
export async function buildPlotScript(outFile: string): Promise<void> {
  await build({ ...(await buildOptions()), outfile: outFile });
}

async function buildOptions(): Promise<BuildOptions> {
  const uplot = dirname(dirname(createRequire(import.meta.url).resolve('uplot')));
  return {
    entryPoints: [fileURLToPath(new URL('./page/main.ts', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    legalComments: 'none', // the licence is in the banner, in full
    define: { uplotStyle: JSON.stringify(await readFile(join(uplot, 'dist', 'uPlot.min.css'), 'utf8')) },
    banner: {
      js: `/*!\nContains uPlot, https://github.com/leeoniya/uPlot\n\n${await readFile(join(uplot, 'LICENSE'), 'utf8')}*/`,
    },
  };
}
