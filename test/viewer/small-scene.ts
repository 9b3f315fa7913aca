import type { Camera } from '#geometry/camera.ts';
import type { ViewerScene, ViewerView } from '#viewer/viewer-scene.ts';

export type Point = readonly [x: number, y: number, z: number];

export function cameraAt([x, y, z]: Point, size: number): Camera {
  return {
    width: size,
    height: size,
    focalPx: [size, size],
    principalPx: [(size - 1) / 2, (size - 1) / 2],
    camToWorld: Float64Array.from([1, 0, 0, x, 0, 1, 0, y, 0, 0, 1, z, 0, 0, 0, 1]),
  };
}

/** A square view whose pixel number p shows `point(p)`, all in one colour. */
export function viewOf(options: {
  name: string;
  size: number;
  eye?: Point;
  color?: readonly number[];
  point: (pixel: number) => Point;
  confidence?: (pixel: number) => number;
}): ViewerView {
  const { name, size, eye = [0, 0, 0], color = [10, 20, 30], point, confidence = () => 1 } = options;
  const pixels = Array.from({ length: size * size }, (_, pixel) => pixel);
  return {
    name,
    width: size,
    height: size,
    positions: Float32Array.from(pixels.flatMap((pixel) => [...point(pixel)])),
    colors: Uint8Array.from(pixels.flatMap(() => [...color])),
    confidence: Float32Array.from(pixels, confidence),
    camera: cameraAt(eye, size),
  };
}

export function sceneOf(...views: ViewerView[]): ViewerScene {
  return { title: 'Test', views };
}
