import { fileNames } from '#export/file-names.ts';
import { depthAtOriginalSize } from '#export/network-mapping.ts';
import { encodeDepthPng } from '#export/png.ts';
import { npyChunks } from '#formats/npy-write.ts';
import type { ReconstructedView } from './reconstruction.ts';
import type { NamedFile } from './scene-file-photographs.ts';

/**
 * The depth maps of all views: as they are and at the photographs' sizes, float32 `.npy` and 16-bit `.png` with one scale
 * for the whole scene. depth.json names them.
 */
export async function* depthFiles(views: readonly ReconstructedView[]): AsyncGenerator<NamedFile> {
  const scale = depthScale(views);
  const stems = fileNames(
    views.map(({ name }) => name),
    '',
  );
  for (const [i, view] of views.entries()) {
    const { camera, originalCamera } = view;
    yield* depthPair(`depth/${stems[i]}`, { ...sizeOf(camera), values: view.depth }, scale);
    const values = depthAtOriginalSize(view);
    yield* depthPair(`depth/${stems[i]}.original`, { ...sizeOf(originalCamera), values }, scale);
  }
  yield ['depth/depth.json', `${JSON.stringify(describeDepths(views, stems, scale), null, 2)}\n`];
}

/** The farthest depth becomes 65535. */
function depthScale(views: readonly ReconstructedView[]): number {
  let farthest = 0;
  for (const { depth } of views) {
    for (let i = 0; i < depth.length; i++) {
      const z = depth[i] as number;
      if (z > farthest && z < Infinity) farthest = z;
    }
  }
  return farthest > 0 ? farthest / 65_535 : 1;
}

function sizeOf({ width, height }: { width: number; height: number }) {
  return { width, height };
}

interface DepthMap {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

function* depthPair(stem: string, map: DepthMap, scale: number): Generator<NamedFile> {
  yield [`${stem}.npy`, npyChunks({ values: map.values, shape: [map.height, map.width] })];
  yield [`${stem}.png`, encodeDepthPng(map, { scale }).png];
}

function describeDepths(views: readonly ReconstructedView[], stems: readonly string[], scale: number) {
  return {
    convention: {
      depth: 'z in the camera frame, in the units of the points; .png: depth = scale * stored, 0 means none',
      sizes:
        'network: the image that the network saw; original: the photograph, upright; nearest pixel, 0 outside its crop',
    },
    scale,
    views: views.map(({ name, camera, originalCamera }, i) => ({
      name,
      network: { ...sizeOf(camera), npy: `${stems[i]}.npy`, png: `${stems[i]}.png` },
      original: { ...sizeOf(originalCamera), npy: `${stems[i]}.original.npy`, png: `${stems[i]}.original.png` },
    })),
  };
}
