import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';

/** The page's script as one text, three.js and its licence included. */
export async function bundlePageScript(): Promise<string> {
  const { outputFiles } = await build({ ...(await buildOptions()), write: false });
  return outputFiles.map(({ text }) => text).join('');
}

/** Writes the page's script for the package, as `page.js` beside the compiled page-script module. */
export async function buildPageScript(outFile: string): Promise<void> {
  await build({ ...(await buildOptions()), outfile: outFile });
}

async function buildOptions(): Promise<BuildOptions> {
  return {
    entryPoints: [fileURLToPath(new URL('./page/main.ts', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    // three's licence is in the banner, in full; its one-line notices would repeat it.
    legalComments: 'none',
    banner: { js: `/*!\nContains three.js, https://threejs.org\n\n${await threeLicence()}*/` },
  };
}

async function threeLicence(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('three');
  return readFile(join(dirname(entry), '..', 'LICENSE'), 'utf8');
}
