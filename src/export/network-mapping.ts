import type { Camera } from '#geometry/camera.ts';
import { mapToOriginal, type PixelMapping } from '#image/pixel-mapping.ts';

interface TwoResolutions {
  readonly name: string;
  /** In pixels of the maps. */
  readonly camera: Camera;
  /** In pixels of the original photograph. */
  readonly originalCamera: Camera;
}

/** How pixels of a view's maps lie in its photograph: what makes both cameras see the same ray. */
export function networkMapping({ camera, originalCamera }: TwoResolutions): PixelMapping {
  const scale = [0, 1].map((axis) => (originalCamera.focalPx[axis] as number) / (camera.focalPx[axis] as number));
  const offset = scale.map(
    (s, axis) => (originalCamera.principalPx[axis] as number) - s * (camera.principalPx[axis] as number),
  );
  return { scale: scale as [number, number], offset: offset as [number, number] };
}

/**
 * A view's depth map at its photograph's size: every pixel takes the depth of the nearest pixel of the map, and 0 where
 * the network's crop cut the photograph off.
 */
export function depthAtOriginalSize(view: TwoResolutions & { readonly depth: Float32Array }): Float32Array {
  const { camera, originalCamera, depth } = view;
  const { width, height } = camera;
  return mapToOriginal({ width, height, values: depth }, networkMapping(view), originalCamera).values;
}
