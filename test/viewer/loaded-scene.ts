import { encodeScene } from '#viewer/encode-scene.ts';
import { unpackMap, type ViewMap } from '#viewer/page/view-map.ts';
import type { ViewerScene } from '#viewer/viewer-scene.ts';

/** A scene's maps after the way through the page's format. */
export async function loadMaps(scene: ViewerScene): Promise<ViewMap[]> {
  const { header, views } = await encodeScene(scene);
  return Promise.all(header.views.map((view, v) => unpackMap(view, Uint8Array.from(views[v]?.map ?? []))));
}
