import type { Light, Scene } from './scene.ts';
import { ambientLight } from './sky.ts';
import type { SurfacePoint } from './surface-point.ts';
import type { Tracer } from './tracer.ts';

/** Soft shadows take one of this many places on a lamp in each pixel of a 4×4 block; a filter puts them together. */
export const strata = 16;

/** The light that arrives at a point, and how much of it the eye gets. Allocates nothing per call. */
export class Shader {
  private readonly scene: Scene;
  private readonly tracer: Tracer;
  /** Direction to a light (of length 1), its distance, and how strongly it falls on the surface. */
  private readonly toLight = new Float64Array(5);
  private readonly ambient = new Float64Array(3);

  constructor(scene: Scene, tracer: Tracer) {
    this.scene = scene;
    this.tracer = tracer;
  }

  /** 1 where no surface is near in one of the `strata` directions, else 0. */
  openness(point: SurfacePoint, stratum: number): number {
    const { faceNormal: n } = point;
    const height = Math.sqrt((stratum + 0.5) / strata);
    const radius = Math.sqrt(1 - height * height);
    const angle = stratum * 2.399963;
    this.leave(point);
    const [tangent, bitangent] = tangents(n);
    const a = radius * Math.cos(angle);
    const b = radius * Math.sin(angle);
    this.tracer.towards(
      height * (n[0] as number) + a * tangent[0] + b * bitangent[0],
      height * (n[1] as number) + a * tangent[1] + b * bitangent[1],
      height * (n[2] as number) + a * tangent[2] + b * bitangent[2],
    );
    const reach = this.scene.occlusionReach * (0.15 + 0.85 * ((stratum * 0.618034) % 1));
    return this.tracer.isBlocked(reach) ? 0 : 1;
  }

  /** 1 if the place number `stratum` on the light is seen from the point, else 0. */
  visibility(point: SurfacePoint, light: Light, stratum: number): number {
    this.aim(point, light, stratum);
    const { toLight: l } = this;
    if ((l[4] as number) <= 0) return 0;
    this.leave(point);
    this.tracer.towards(l[0] as number, l[1] as number, l[2] as number);
    return this.tracer.isBlocked((l[3] as number) * 0.999) ? 0 : 1;
  }

  /**
   * @param open how much ambient light arrives, 0 to 1
   * @param seen of each light, 0 to 1, from `first` on
   * @param ray from the eye
   */
  shade(point: SurfacePoint, { open, seen, first, ray }: Received, into: Float64Array): void {
    const { surroundings, lights } = this.scene;
    ambientLight(surroundings, point.normal[1] as number, this.ambient);
    const { color, material } = point;
    for (let k = 0; k < 3; k++) {
      into[k] = (color[k] as number) * ((this.ambient[k] as number) * open + material.emission);
    }
    for (let i = 0; i < lights.length; i++) {
      const part = seen[first + i] as number;
      if (part === 0) continue;
      const light = lights[i] as Light;
      this.aim(point, light, -1);
      // The filter may lend a pixel the light of its neighbours though it faces away itself.
      const strength = part * (this.toLight[4] as number);
      if (strength <= 0) continue;
      const highlight = part * this.highlight(point, ray);
      for (let k = 0; k < 3; k++) {
        const brightness = light.color[k] as number;
        into[k] = (into[k] as number) + brightness * ((color[k] as number) * strength + highlight);
      }
    }
  }

  /** Fills `toLight`. Stratum −1 is the light's centre. */
  private aim({ position, normal }: SurfacePoint, light: Light, stratum: number): void {
    const { toLight } = this;
    const isLamp = light.kind === 'lamp';
    const place = isLamp ? light.position : light.direction;
    const out = stratum < 0 ? 0 : light.radius * Math.sqrt((stratum + 0.5) / strata);
    const angle = stratum * 2.399963;
    const height = 0.6 * out * Math.sin(2 * angle);
    const x = place[0] + out * Math.cos(angle) - (isLamp ? (position[0] as number) : 0);
    const y = place[1] + height - (isLamp ? (position[1] as number) : 0);
    const z = place[2] + out * Math.sin(angle) - (isLamp ? (position[2] as number) : 0);
    const distance = Math.sqrt(x * x + y * y + z * z);
    toLight[0] = x / distance;
    toLight[1] = y / distance;
    toLight[2] = z / distance;
    toLight[3] = isLamp ? distance : Infinity;
    const facing =
      ((normal[0] as number) * x + (normal[1] as number) * y + (normal[2] as number) * z) / Math.max(distance, 1e-9);
    toLight[4] = isLamp ? facing / (distance * distance + 0.05) : facing;
  }

  /** Blinn's highlight, with the direction of the last `aim`. */
  private highlight({ normal, material }: SurfacePoint, ray: Float64Array): number {
    if (material.gloss === 0) return 0;
    const { toLight: l } = this;
    const size = Math.hypot(ray[0] as number, ray[1] as number, ray[2] as number);
    let along = 0;
    let square = 0;
    for (let k = 0; k < 3; k++) {
      const half = (l[k] as number) - (ray[k] as number) / size;
      along += half * (normal[k] as number);
      square += half * half;
    }
    const cosine = Math.max(along, 0) / Math.sqrt(Math.max(square, 1e-12));
    return material.gloss * (l[4] as number) * cosine ** (8 + 120 * material.gloss);
  }

  /** Sets the ray's origin a little off the surface. */
  private leave({ position, faceNormal }: SurfacePoint): void {
    const step = 4e-4 * this.scene.occlusionReach;
    this.tracer.from(
      (position[0] as number) + step * (faceNormal[0] as number),
      (position[1] as number) + step * (faceNormal[1] as number),
      (position[2] as number) + step * (faceNormal[2] as number),
    );
  }
}

export interface Received {
  readonly open: number;
  readonly seen: Float32Array;
  readonly first: number;
  readonly ray: Float64Array;
}

type Three = readonly [number, number, number];

/** Two directions at right angles to a normal and to each other (Duff et al., 2017). */
function tangents(normal: Float64Array): readonly [Three, Three] {
  const x = normal[0] as number;
  const y = normal[1] as number;
  const z = normal[2] as number;
  const sign = z >= 0 ? 1 : -1;
  const a = -1 / (sign + z);
  const b = x * y * a;
  return [
    [1 + sign * x * x * a, sign * b, -sign * x],
    [b, sign + y * y * a, -y],
  ];
}
