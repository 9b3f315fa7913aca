import { readFile } from 'node:fs/promises';

/** The script of a page of ours, and the npm package that is bundled into it. */
export interface PageSource {
  /** The script's first module. */
  readonly entry: URL;
  /** Where the published package has the bundle. */
  readonly prebuilt: URL;
  readonly library: { readonly name: string; readonly homepage: string; readonly package: string };
  /** Names that the script declares, and the style sheets of the library whose text they stand for. */
  readonly styles?: Readonly<Record<string, string>>;
}

/**
 * A page's script as one text, its library and the library's licence included: prebuilt in the published package,
 * bundled on the fly in a clone, where no such file exists and esbuild is installed.
 */
export async function loadPageScript(source: PageSource): Promise<string> {
  try {
    return await readFile(source.prebuilt, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const { bundlePage } = await import('./bundle-page.ts');
  return bundlePage(source);
}
