import { type Camera, depthToPoints, toOriginalCamera } from '#geometry/camera.ts';
import type { ReconstructedView, Reconstruction } from '#reconstruct/reconstruction.ts';

/** Two cameras side by side before a tilted plane: a landscape and a portrait photograph, twice as large as their maps. */
export function smallReconstruction(names: readonly [string, string] = ['left.jpg', 'right.png']): Reconstruction {
  const views = [view(names[0], { width: 12, height: 8, x: 0 }), view(names[1], { width: 8, height: 12, x: 0.5 })];
  return { views, reference: 0, poseFound: true, minConfidence: 1 };
}

function view(name: string, { width, height, x }: { width: number; height: number; x: number }): ReconstructedView {
  const camera: Camera = {
    width,
    height,
    focalPx: [10, 10],
    principalPx: [width / 2, height / 2],
    camToWorld: Float64Array.of(1, 0, 0, x, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1),
  };
  const count = width * height;
  const depth = Float32Array.from({ length: count }, (_, i) => 2 + 0.1 * (i % width));
  const mapping = { scale: [2, 2], offset: [0.5, 0.5] } as const;
  return {
    name,
    camera,
    originalCamera: toOriginalCamera(camera, mapping, { width: 2 * width, height: 2 * height }),
    depth,
    points: depthToPoints(camera, depth),
    confidence: Float32Array.from({ length: count }, (_, i) => 1 + i),
    image: { width, height, data: Uint8Array.from({ length: 3 * count }, (_, i) => (i * 5) % 256) },
  };
}
