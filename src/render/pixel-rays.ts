import type { Camera } from '#geometry/camera.ts';
import type { Tracer } from './tracer.ts';
import type { Vector } from './vector.ts';

/** The rays of a camera's pixels, in the world. A ray advances by 1 in depth, so distances along it are depths. */
export class PixelRays {
  readonly eye: Float64Array;
  readonly ray = new Float64Array(3);
  /** How wide a pixel is at depth 1. */
  readonly spread: number;
  private readonly camera: Camera;

  constructor(camera: Camera) {
    const { camToWorld, focalPx } = camera;
    this.camera = camera;
    this.eye = Float64Array.of(camToWorld[3] as number, camToWorld[7] as number, camToWorld[11] as number);
    this.spread = 1 / focalPx[0];
  }

  /** Sets `ray` to that of a place in the image; pixel centres are at integers. */
  aim(x: number, y: number): void {
    const { camToWorld: m, focalPx, principalPx } = this.camera;
    const right = (x - principalPx[0]) / focalPx[0];
    const down = (y - principalPx[1]) / focalPx[1];
    for (let k = 0; k < 3; k++) {
      this.ray[k] = right * (m[4 * k] as number) + down * (m[4 * k + 1] as number) + (m[4 * k + 2] as number);
    }
  }

  /** The triangle seen at a place in the image, or −1. */
  cast(tracer: Tracer, x: number, y: number): number {
    const { eye, ray } = this;
    this.aim(x, y);
    tracer.from(eye[0] as number, eye[1] as number, eye[2] as number);
    tracer.towards(ray[0] as number, ray[1] as number, ray[2] as number);
    return tracer.closest();
  }

  /** `ray` with length 1. */
  direction(): Vector {
    const x = this.ray[0] as number;
    const y = this.ray[1] as number;
    const z = this.ray[2] as number;
    const inverse = 1 / Math.sqrt(x * x + y * y + z * z);
    return [x * inverse, y * inverse, z * inverse];
  }
}
