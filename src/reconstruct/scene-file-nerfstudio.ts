import { fileNames } from '#export/file-names.ts';
import { encodeTransformsJson, nerfstudioDepthUnit } from '#export/nerfstudio.ts';
import { depthAtOriginalSize } from '#export/network-mapping.ts';
import { plyChunks } from '#export/ply.ts';
import { encodeDepthPng } from '#export/png.ts';
import type { PointCloud } from '#export/point-cloud.ts';
import type { ReconstructedView } from './reconstruction.ts';
import type { NamedFile, PlannedPhotographs } from './scene-file-photographs.ts';

interface NerfstudioParts {
  /** What splats start from. */
  readonly cloud: PointCloud;
  readonly withDepth: boolean;
}

/** nerfstudio's folder: photographs, depth maps of their sizes if asked for, starting points, and transforms.json last. */
export async function* nerfstudioFiles(
  views: readonly ReconstructedView[],
  photographs: PlannedPhotographs,
  { cloud, withDepth }: NerfstudioParts,
): AsyncGenerator<NamedFile> {
  const folder = 'nerfstudio';
  for await (const [name, content] of photographs.files()) yield [`${folder}/images/${name}`, content];
  const depthNames = fileNames(photographs.names, '.png');
  if (withDepth) {
    for (const [i, view] of views.entries()) {
      const { width, height } = view.originalCamera;
      const map = { width, height, values: depthAtOriginalSize(view) };
      yield [`${folder}/depths/${depthNames[i]}`, encodeDepthPng(map, { scale: nerfstudioDepthUnit }).png];
    }
  }
  yield [`${folder}/sparse_pc.ply`, plyChunks(cloud)];
  const frames = views.map(({ name, originalCamera }, i) => ({
    name,
    camera: originalCamera,
    filePath: `images/${photographs.names[i]}`,
    ...(withDepth ? { depthFilePath: `depths/${depthNames[i]}` } : {}),
  }));
  yield [`${folder}/transforms.json`, encodeTransformsJson(frames, 'sparse_pc.ply')];
}
