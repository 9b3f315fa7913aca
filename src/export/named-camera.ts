import type { Camera } from '#geometry/camera.ts';

/** A camera and the photograph that it took. */
export interface NamedCamera {
  readonly name: string;
  readonly camera: Camera;
}

/** Throws unless the sizes and focal lengths are positive and all numbers finite. */
export function expectNamedCamera(caller: string, { name, camera }: NamedCamera): void {
  const { width, height, focalPx, principalPx, camToWorld } = camera;
  const finite = [...principalPx, ...camToWorld, width, height, ...focalPx].every(Number.isFinite);
  if (finite && camToWorld.length === 16 && Math.min(width, height, ...focalPx) > 0) return;
  throw new RangeError(
    `${caller}: camera "${name}" needs a positive size and focal length and a finite 4 × 4 camToWorld, got ${width} × ${height}, focal ${focalPx.join(', ')}, camToWorld ${camToWorld.join(', ')}`,
  );
}
