import type { Camera } from '#geometry/camera.ts';
import { multiplyVector3, rigidTransform, rotationOf } from '#geometry/rigid.ts';
import type { PixelMap } from '#image/pixel-map.ts';
import type { RgbImage } from '#image/rgb-image.ts';

/** Half sizes of a box room about the origin, in metres; cameras stand inside. */
const half = [2, 1.5, 3] as const;

/** A camera of 64×48 with a field of view of 77°, turned about the vertical axis and then tilted. */
export function roomCamera(position: readonly [number, number, number], yawDeg = 0, pitchDeg = 0): Camera {
  const [yaw, pitch] = [(yawDeg * Math.PI) / 180, (pitchDeg * Math.PI) / 180];
  const [cy, sy, cp, sp] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
  const rotation = [cy, sy * sp, sy * cp, 0, cp, -sp, -sy, cy * sp, cy * cp];
  return {
    width: 64,
    height: 48,
    focalPx: [40, 40],
    principalPx: [31.5, 23.5],
    camToWorld: rigidTransform(rotation, position),
  };
}

/** A walk through the room that turns as it goes: neighbours overlap, far ones hardly do. */
export function roomWalk(frames: number, turnDeg = 120): Camera[] {
  return Array.from({ length: frames }, (_, i) => {
    const t = i / Math.max(1, frames - 1);
    return roomCamera([1.2 * t - 0.6, 0.3 * Math.sin(5 * t), 0.8 * t - 0.4], turnDeg * t, 8 * Math.sin(7 * t));
  });
}

export interface Rendered {
  readonly image: RgbImage;
  /** In metres, exact. */
  readonly depth: PixelMap;
}

export function renderRoom(camera: Camera): Rendered {
  const { width, height, focalPx, principalPx, camToWorld } = camera;
  const rotation = rotationOf(camToWorld);
  const origin = [camToWorld[3], camToWorld[7], camToWorld[11]] as [number, number, number];
  const depth = new Float32Array(width * height);
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < depth.length; i++) {
    const [u, v] = [i % width, Math.floor(i / width)];
    const ray = multiplyVector3(rotation, [(u - principalPx[0]) / focalPx[0], (v - principalPx[1]) / focalPx[1], 1]);
    const hits = half.map((side, axis) => ((ray[axis] as number) < 0 ? -side : side) - (origin[axis] as number));
    const z = Math.min(...hits.map((hit, axis) => (ray[axis] === 0 ? Infinity : hit / (ray[axis] as number))));
    depth[i] = z;
    data.set(
      origin.map((start, axis) => 128 + 100 * Math.sin(4 * (start + z * (ray[axis] as number)) + axis)),
      3 * i,
    );
  }
  return { image: { width, height, data }, depth: { width, height, values: depth } };
}
