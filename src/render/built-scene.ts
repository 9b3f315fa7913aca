import { type Bounds, type Mesh, transformMesh } from './mesh.ts';
import type { LibraryModel } from './model-library.ts';
import { scaling } from './placement.ts';
import type { Light, Surroundings } from './scene.ts';
import { scale, type Vector } from './vector.ts';

/** What a generator puts together, in metres, y up. */
export interface BuiltScene {
  readonly parts: readonly Mesh[];
  readonly lights: readonly Light[];
  readonly surroundings: Surroundings;
  readonly occlusionReach: number;
  /** Where cameras may be. */
  readonly cameraZone: Bounds;
  /** How far cameras stay above what is below them; 0: the zone says it. */
  readonly minHeightAboveGround: number;
  /** How near a camera may come to a surface that it sees. */
  readonly nearest: number;
  /** Where they may not: inside things. */
  readonly obstacles: readonly Bounds[];
  /** Where they look. */
  readonly targets: readonly Vector[];
  /** The library's models in it, whose creators are to be named. */
  readonly models: readonly LibraryModel[];
}

/** The same scene `factor` times as large, looking the same. */
export function rescale(scene: BuiltScene, factor: number): BuiltScene {
  const size: Vector = [factor, factor, factor];
  const grow = ({ min, max }: Bounds): Bounds => ({ min: scale(min, factor), max: scale(max, factor) });
  return {
    ...scene,
    parts: scene.parts.map((part) => transformMesh(part, scaling(size))),
    lights: scene.lights.map((light) => rescaleLight(light, factor)),
    occlusionReach: scene.occlusionReach * factor,
    cameraZone: grow(scene.cameraZone),
    minHeightAboveGround: scene.minHeightAboveGround * factor,
    nearest: scene.nearest * factor,
    obstacles: scene.obstacles.map(grow),
    targets: scene.targets.map((target) => scale(target, factor)),
  };
}

/** A lamp's light falls off with the square of the distance. */
function rescaleLight(light: Light, factor: number): Light {
  if (light.kind === 'sun') return light;
  const { position, color, radius } = light;
  return {
    ...light,
    position: scale(position, factor),
    color: scale(color, factor * factor),
    radius: radius * factor,
  };
}
