import type { Material } from './mesh.ts';
import type { Scene } from './scene.ts';
import { sampleTexture } from './texture.ts';
import type { Tracer } from './tracer.ts';

/** Where a ray met the scene: filled anew for every hit, so that nothing is allocated. */
export class SurfacePoint {
  readonly position = new Float64Array(3);
  /** For shading; of length 1, on the eye's side. */
  readonly normal = new Float64Array(3);
  /** Of the flat triangle; of length 1, on the eye's side. */
  readonly faceNormal = new Float64Array(3);
  /** Linear. */
  readonly color = new Float64Array(3);
  material!: Material;
  private readonly uv = new Float64Array(2);
  private readonly scene: Scene;

  constructor(scene: Scene) {
    this.scene = scene;
  }

  /**
   * @param eye where the ray began
   * @param ray its direction, of any length
   * @param spread how wide a pixel is at distance 1 along the ray
   */
  take(triangle: number, tracer: Tracer, { eye, ray, spread }: Eyesight): void {
    const { distance, weight1, weight2 } = tracer;
    for (let k = 0; k < 3; k++) this.position[k] = (eye[k] as number) + distance * (ray[k] as number);
    const { mesh } = this.scene;
    this.takeFaceNormal(9 * triangle, ray);
    interpolate(mesh.normals, 9 * triangle, [weight1, weight2], this.normal);
    turnTowards(this.normal, ray);
    this.material = mesh.materials[mesh.materialOf[triangle] as number] as Material;
    this.takeColor(triangle, [weight1, weight2], (distance * spread) / slant(this.faceNormal, ray));
  }

  /** A hit seen before, whose normal and colour the caller puts in. */
  recall(triangle: number, distance: number, { eye, ray }: Eyesight): void {
    for (let k = 0; k < 3; k++) this.position[k] = (eye[k] as number) + distance * (ray[k] as number);
    const { mesh } = this.scene;
    this.material = mesh.materials[mesh.materialOf[triangle] as number] as Material;
  }

  private takeFaceNormal(at: number, ray: Float64Array): void {
    const p = this.scene.mesh.positions;
    const x = p[at] as number;
    const y = p[at + 1] as number;
    const z = p[at + 2] as number;
    const ax = (p[at + 3] as number) - x;
    const ay = (p[at + 4] as number) - y;
    const az = (p[at + 5] as number) - z;
    const bx = (p[at + 6] as number) - x;
    const by = (p[at + 7] as number) - y;
    const bz = (p[at + 8] as number) - z;
    this.faceNormal[0] = ay * bz - az * by;
    this.faceNormal[1] = az * bx - ax * bz;
    this.faceNormal[2] = ax * by - ay * bx;
    turnTowards(this.faceNormal, ray);
  }

  private takeColor(triangle: number, [weight1, weight2]: readonly [number, number], footprint: number): void {
    const { texture, color, tileSize } = this.material;
    if (!texture) {
      this.color.set(color);
      return;
    }
    const { uvs } = this.scene.mesh;
    const at = 6 * triangle;
    const weight0 = 1 - weight1 - weight2;
    for (let k = 0; k < 2; k++) {
      const value =
        weight0 * (uvs[at + k] as number) +
        weight1 * (uvs[at + 2 + k] as number) +
        weight2 * (uvs[at + 4 + k] as number);
      this.uv[k] = value / tileSize;
    }
    sampleTexture(
      texture,
      this.uv,
      Math.log2(footprint * (this.scene.texelDensity[triangle] as number) + 1e-9),
      this.color,
    );
    for (let k = 0; k < 3; k++) this.color[k] = (this.color[k] as number) * (color[k] as number);
  }
}

export interface Eyesight {
  readonly eye: Float64Array;
  readonly ray: Float64Array;
  readonly spread: number;
}

function interpolate(
  values: Float32Array,
  at: number,
  [weight1, weight2]: readonly [number, number],
  into: Float64Array,
): void {
  const weight0 = 1 - weight1 - weight2;
  for (let k = 0; k < 3; k++) {
    into[k] =
      weight0 * (values[at + k] as number) +
      weight1 * (values[at + 3 + k] as number) +
      weight2 * (values[at + 6 + k] as number);
  }
}

/** Makes a normal of length 1 that faces whoever looks along the ray. */
function turnTowards(normal: Float64Array, ray: Float64Array): void {
  const x = normal[0] as number;
  const y = normal[1] as number;
  const z = normal[2] as number;
  const facing = x * (ray[0] as number) + y * (ray[1] as number) + z * (ray[2] as number);
  const factor = (facing > 0 ? -1 : 1) / Math.max(Math.sqrt(x * x + y * y + z * z), 1e-30);
  normal[0] = x * factor;
  normal[1] = y * factor;
  normal[2] = z * factor;
}

/** Root of the cosine between ray and normal: a footprint between the ellipse's two axes. */
function slant(normal: Float64Array, ray: Float64Array): number {
  const x = ray[0] as number;
  const y = ray[1] as number;
  const z = ray[2] as number;
  const along = -(x * (normal[0] as number) + y * (normal[1] as number) + z * (normal[2] as number));
  return Math.sqrt(Math.max(along / Math.sqrt(x * x + y * y + z * z), 0.05));
}
