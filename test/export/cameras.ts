import type { NamedCamera } from '#export/named-camera.ts';

/** A camera at (1, 2, 3) that looks along the world's +x, with y down, and an off-centre principal point. */
export const sideways: NamedCamera = {
  name: 'sideways.jpg',
  camera: {
    width: 64,
    height: 48,
    focalPx: [50, 60],
    principalPx: [30, 25],
    // biome-ignore format: a matrix
    camToWorld: Float64Array.of(
       0, 0, 1, 1,
       0, 1, 0, 2,
      -1, 0, 0, 3,
       0, 0, 0, 1,
    ),
  },
};

export const identity: NamedCamera = {
  name: 'identity.jpg',
  camera: { ...sideways.camera, camToWorld: Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1) },
};
