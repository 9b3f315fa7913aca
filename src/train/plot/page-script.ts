import { readFile } from 'node:fs/promises';

/**
 * The page's script: prebuilt in the published package (page.js beside this module), bundled on the fly in a clone,
 * where no such file exists and esbuild is installed.
 */
export async function loadPlotScript(): Promise<string> {
  try {
    return await readFile(new URL('./page.js', import.meta.url), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const { bundlePlotScript } = await import('./bundle.ts');
  return bundlePlotScript();
}
