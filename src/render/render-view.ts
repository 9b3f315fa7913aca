import type { Camera } from '#geometry/camera.ts';
import { blockFilter } from './block-filter.ts';
import { findEdges } from './edges.ts';
import { PixelRays } from './pixel-rays.ts';
import type { Scene } from './scene.ts';
import { Shader, strata } from './shading.ts';
import { skyColor } from './sky.ts';
import { SurfacePoint } from './surface-point.ts';
import { Tracer } from './tracer.ts';

export interface Rendering {
  /** [H, W, 3], linear light. */
  readonly radiance: Float32Array;
  /** [H, W]: z in the camera's frame behind the pixel's centre, 0 where there is only sky. */
  readonly depth: Float32Array;
}

/**
 * Renders what a camera sees, by rays. Depth is that of the pixel's centre and exact; colour is averaged over 2×2 rays
 * where surfaces or shadows meet.
 */
export function renderView(scene: Scene, camera: Camera): Rendering {
  return new ViewRenderer(scene, camera).render();
}

/** [H, W]: z in the camera's frame behind the pixels' centres, 0 where there is only sky. */
export function renderDepth(scene: Scene, camera: Camera): Float32Array {
  const tracer = new Tracer(scene.bvh);
  const rays = new PixelRays(camera);
  const depth = new Float32Array(camera.width * camera.height);
  for (let pixel = 0; pixel < depth.length; pixel++) {
    if (rays.cast(tracer, pixel % camera.width, (pixel / camera.width) | 0) >= 0) depth[pixel] = tracer.distance;
  }
  return depth;
}

class ViewRenderer {
  private readonly camera: Camera;
  private readonly scene: Scene;
  private readonly tracer: Tracer;
  private readonly rays: PixelRays;
  private readonly point: SurfacePoint;
  private readonly shader: Shader;
  /** [H·W] */
  private readonly triangles: Int32Array;
  private readonly depth: Float32Array;
  /** [H·W, 3] */
  private readonly normals: Float32Array;
  private readonly colors: Float32Array;
  private readonly radiance: Float32Array;
  /** [H·W, 1 + lights]: openness, then how much of each light is seen. */
  private readonly received: Float32Array;
  private readonly color = new Float64Array(3);

  constructor(scene: Scene, camera: Camera) {
    const pixels = camera.width * camera.height;
    this.camera = camera;
    this.scene = scene;
    this.tracer = new Tracer(scene.bvh);
    this.rays = new PixelRays(camera);
    this.point = new SurfacePoint(scene);
    this.shader = new Shader(scene, this.tracer);
    this.triangles = new Int32Array(pixels);
    this.depth = new Float32Array(pixels);
    this.normals = new Float32Array(3 * pixels);
    this.colors = new Float32Array(3 * pixels);
    this.radiance = new Float32Array(3 * pixels);
    this.received = new Float32Array((1 + scene.lights.length) * pixels);
  }

  render(): Rendering {
    const { width, height } = this.camera;
    const { triangles, normals, depth } = this;
    const geometry = { width, height, triangles, normals, depth };
    const channels = 1 + this.scene.lights.length;
    for (let y = 0, pixel = 0; y < height; y++) for (let x = 0; x < width; x++, pixel++) this.trace(x, y, pixel);
    const received = blockFilter(geometry, this.received, channels);
    for (let y = 0, pixel = 0; y < height; y++) {
      for (let x = 0; x < width; x++, pixel++) this.compose(x, y, { received, at: channels * pixel });
    }
    for (const pixel of findEdges(geometry, { received, channels }))
      this.refine(pixel, received[channels * pixel] ?? 1);
    return { radiance: this.radiance, depth };
  }

  /** The pixel's centre: what is there, and which lights it sees from one of 4×4 places. */
  private trace(x: number, y: number, pixel: number): void {
    const triangle = this.rays.cast(this.tracer, x, y);
    this.triangles[pixel] = triangle;
    if (triangle < 0) return;
    const { point, shader } = this;
    this.depth[pixel] = this.tracer.distance;
    point.take(triangle, this.tracer, this.rays);
    this.normals.set(point.normal, 3 * pixel);
    this.colors.set(point.color, 3 * pixel);
    const stratum = stratumOf(x, y);
    const { lights } = this.scene;
    const at = (1 + lights.length) * pixel;
    this.received[at] = shader.openness(point, stratum);
    for (let i = 0; i < lights.length; i++) {
      this.received[at + 1 + i] = shader.visibility(point, lights[i] as (typeof lights)[number], stratum);
    }
  }

  /** The pixel's colour, once the light it receives is known. */
  private compose(x: number, y: number, { received, at }: { received: Float32Array; at: number }): void {
    const pixel = y * this.camera.width + x;
    const triangle = this.triangles[pixel] as number;
    const { rays, point, color } = this;
    rays.aim(x, y);
    if (triangle < 0) this.radiance.set(skyColor(this.scene.surroundings, rays.direction()), 3 * pixel);
    else {
      point.recall(triangle, this.depth[pixel] as number, rays);
      for (let k = 0; k < 3; k++) {
        point.normal[k] = this.normals[3 * pixel + k] as number;
        point.color[k] = this.colors[3 * pixel + k] as number;
      }
      this.shader.shade(point, { open: received[at] as number, seen: received, first: at + 1, ray: rays.ray }, color);
      this.radiance.set(color, 3 * pixel);
    }
  }

  /** The mean of 2×2 rays, each with shadows of its own. */
  private refine(pixel: number, open: number): void {
    const x = pixel % this.camera.width;
    const y = (pixel / this.camera.width) | 0;
    const sum = [0, 0, 0];
    for (let corner = 0; corner < 4; corner++) {
      this.sample(x + 0.5 * (corner & 1) - 0.25, y + 0.5 * (corner >> 1) - 0.25, [
        (stratumOf(x, y) + 5 * corner) % strata,
        open,
      ]);
      for (let k = 0; k < 3; k++) sum[k] = (sum[k] as number) + 0.25 * Math.min(this.color[k] as number, 4);
    }
    this.radiance.set(sum, 3 * pixel);
  }

  private sample(x: number, y: number, [stratum, open]: readonly [number, number]): void {
    const { rays, point, color } = this;
    const { lights, surroundings } = this.scene;
    const triangle = rays.cast(this.tracer, x, y);
    if (triangle < 0) {
      color.set(skyColor(surroundings, rays.direction()));
      return;
    }
    point.take(triangle, this.tracer, rays);
    const seen = Float32Array.from(lights, (light) => this.shader.visibility(point, light, stratum));
    this.shader.shade(point, { open, seen, first: 0, ray: rays.ray }, color);
  }
}

/** Every block of 4×4 pixels has all strata; the order keeps neighbours apart. */
function stratumOf(x: number, y: number): number {
  return (((x & 3) + 4 * (y & 3)) * 7) % strata;
}
