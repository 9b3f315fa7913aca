import type { Camera } from '#geometry/camera.ts';
import type { ViewerScene, ViewerView } from '#viewer/viewer-scene.ts';

export type Point = readonly [x: number, y: number, z: number];

/** Looks along z; its focal length is its width, and its principal point the middle of the image. */
export function cameraAt([x, y, z]: Point, width: number, height = width): Camera {
  return {
    width,
    height,
    focalPx: [width, width],
    principalPx: [(width - 1) / 2, (height - 1) / 2],
    camToWorld: Float64Array.from([1, 0, 0, x, 0, 1, 0, y, 0, 0, 1, z, 0, 0, 0, 1]),
  };
}

interface ViewOptions {
  readonly name: string;
  readonly size: number;
  readonly height?: number;
  readonly eye?: Point;
  readonly color?: (x: number, y: number) => readonly number[];
  readonly depth: (x: number, y: number) => number;
  readonly confidence?: (x: number, y: number) => number;
}

/** A view whose maps and colours are functions of the pixel. */
export function viewOf(options: ViewOptions): ViewerView {
  const {
    name,
    size,
    height = size,
    eye = [0, 0, 0],
    color = () => [10, 20, 30],
    depth,
    confidence = () => 1,
  } = options;
  const each = <Value>(value: (x: number, y: number) => Value) =>
    Array.from({ length: size * height }, (_, pixel) => value(pixel % size, Math.floor(pixel / size)));
  return {
    name,
    camera: cameraAt(eye, size, height),
    depth: Float32Array.from(each(depth)),
    confidence: Float32Array.from(each(confidence)),
    image: { width: size, height, data: Uint8Array.from(each(color).flatMap((channels) => [...channels])) },
  };
}

export function sceneOf(...views: ViewerView[]): ViewerScene {
  return { title: 'Test', views };
}
