import { escapeHtml, jsonInScript, scriptInPage } from '#export/embed-html.ts';
import { loadPageScript } from '#export/page-script.ts';
import { type EncodedScene, encodeScene } from './encode-scene.ts';
import { viewerPageSource } from './page-source.ts';
import { pageHtml } from './page-template.ts';
import { viewFileNames } from './scene-format.ts';
import type { ViewerScene } from './viewer-scene.ts';

/** Base64 of this many bytes stays below V8's longest string (2²⁹ − 24 characters) with room for the rest. */
const maxPageBytes = 350e6;
const dataFolder = 'viewer';

/** One file of the viewer: its path below the folder of the scene, and what is in it. */
export type ViewerFile = readonly [path: string, content: string | Uint8Array];

/**
 * A self-contained HTML page of the scene: opens from disk, needs no network. About 2 to 3.5 bytes a pixel (0.4 to 0.7
 * MB for a view of 512 × 384), and 0.7 MB for the script.
 *
 * @throws RangeError if a view's maps, image or camera do not fit, or the scene is too big for one page
 */
export async function renderViewerPage(scene: ViewerScene): Promise<string> {
  const encoded = await encodeScene(scene);
  checkSize(encoded);
  return page(
    encoded,
    encoded.views.map(({ map, photograph }) => ({ map: base64(map), photograph: base64(photograph) })),
  );
}

/**
 * The same viewer with its data in files beside the page, without a limit of size and a quarter smaller; a browser reads
 * these through a server only, such as `dust3r view`.
 *
 * @returns index.html and what it needs, in a folder `viewer` beside it
 * @throws RangeError if a view's maps, image or camera do not fit
 */
export async function renderViewerFiles(scene: ViewerScene): Promise<ViewerFile[]> {
  const { header, views } = await encodeScene(scene);
  const data = views.flatMap(({ map, photograph }, view): ViewerFile[] => {
    const names = viewFileNames(view);
    return [
      [`${dataFolder}/${names.map}`, map],
      [`${dataFolder}/${names.photograph}`, photograph],
    ];
  });
  return [...data, ['index.html', await page({ header: { ...header, dataFolder }, views }, [])]];
}

async function page({ header }: EncodedScene, data: readonly { map: string; photograph: string }[]): Promise<string> {
  return pageHtml({
    title: escapeHtml(header.title),
    script: scriptInPage(await loadPageScript(viewerPageSource)),
    header: jsonInScript(header),
    data,
  });
}

function checkSize({ views }: EncodedScene): void {
  const bytes = views.reduce((sum, { map, photograph }) => sum + map.byteLength + photograph.byteLength, 0);
  if (bytes > maxPageBytes) {
    throw new RangeError(
      `viewer: a page holds at most ${maxPageBytes / 1e6} MB, this scene has ${Math.round(bytes / 1e6)} MB; keep its data beside the page (renderViewerFiles)`,
    );
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
