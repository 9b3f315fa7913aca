import { type EncodedScene, encodeScene, toBase64 } from './encode-scene.ts';
import { loadPageScript } from './page-script.ts';
import { escapeHtml, pageHtml } from './page-template.ts';
import type { ViewerScene } from './viewer-scene.ts';

/** Base64 of this many bytes stays below V8's longest string (2²⁹ − 24 characters) with room for the rest. */
const maxPageBytes = 350e6;

/**
 * A self-contained HTML page of the scene: opens from disk, needs no network. About 13.4 bytes a point, and 0.7 MB for
 * the script.
 *
 * @throws RangeError if a view's arrays, camera or thumbnail do not fit, or the scene is too big for one page
 */
export async function renderViewerPage(scene: ViewerScene): Promise<string> {
  const encoded = encodeScene(scene);
  checkSize(encoded);
  return pageHtml({
    title: escapeHtml(scene.title),
    script: scriptSafe(await loadPageScript()),
    header: jsonSafe(encoded.header),
    blocks: encoded.blocks.map(toBase64),
  });
}

function checkSize({ blocks }: EncodedScene): void {
  const bytes = blocks.reduce((sum, block) => sum + block.byteLength, 0);
  if (bytes > maxPageBytes) {
    throw new RangeError(
      `viewer: a page holds at most ${maxPageBytes / 1e6} MB of points, this scene has ${Math.round(bytes / 1e6)} MB; leave out views or pixels`,
    );
  }
}

/** JSON in which no text can end the script element that holds it. */
function jsonSafe(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

/** In strings, templates and regular expressions of a script `\/` is `/` and `\x3c!--` is `<!--`. */
function scriptSafe(script: string): string {
  return script.replaceAll('</script', '<\\/script').replaceAll('<!--', '\\x3c!--');
}
