import type { DepthView } from '#export/visibility.ts';
import { type Camera, toOriginalCamera } from '#geometry/camera.ts';

/** Two cameras before the plane z = 2, the second moved to the right and turned by 90° about its axis; 6×4 and 4×6 pixels. */
export function planeViews(): [DepthView, DepthView] {
  const upright = Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1);
  const turned = Float64Array.of(0, -1, 0, 0.25, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1);
  return [
    planeView('first.jpg', { width: 6, height: 4, camToWorld: upright }),
    planeView('second.jpg', { width: 4, height: 6, camToWorld: turned }),
  ];
}

function planeView(name: string, place: Pick<Camera, 'width' | 'height' | 'camToWorld'>): DepthView {
  const { width, height } = place;
  const camera: Camera = { ...place, focalPx: [8, 8], principalPx: [width / 2, height / 2] };
  const mapping = { scale: [2, 2.5], offset: [3, 0.5] } as const;
  return {
    name,
    camera,
    originalCamera: toOriginalCamera(camera, mapping, { width: 2 * width + 6, height: 2.5 * height + 1 }),
    depth: new Float32Array(width * height).fill(2),
    confidence: new Float32Array(width * height).fill(5),
  };
}

/** On the plane, where both see it, but for the last, which only the first sees. */
export const planePoints = {
  positions: Float32Array.of(0, 0, 2, 0.25, -0.125, 2, 0.125, 0.25, 2, -0.625, 0, 2),
  colors: Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 8, 7),
};
