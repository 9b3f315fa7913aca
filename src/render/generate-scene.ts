import type { Camera } from '#geometry/camera.ts';
import type { RgbImage } from '#image/rgb-image.ts';
import { createFastRandom, type FastRandom } from '#tensor/random.ts';
import { type BuiltScene, rescale } from './built-scene.ts';
import { chance, logBetween, pickWeighted } from './draw.ts';
import { mergeMeshes } from './mesh.ts';
import type { LibraryModel, Split } from './model-library.ts';
import { buildOutdoors } from './outdoors.ts';
import type { Glimpse } from './overlap.ts';
import { type Development, develop, drawDevelopment } from './photograph.ts';
import { renderView } from './render-view.ts';
import { buildRoom } from './room.ts';
import { prepareScene } from './scene.ts';
import { createSceneKit, type SceneSupplies } from './scene-kit.ts';
import { buildTabletop } from './tabletop.ts';
import { drawFirstView, drawLens, drawPartner, type Lens, type Stage } from './viewpoints.ts';

/** Changes whenever the same seed would give other pictures. */
export const generatorVersion = 1;

export const sceneKinds = ['room', 'outdoors', 'tabletop'] as const;
export type SceneKind = (typeof sceneKinds)[number];

const builders = { room: buildRoom, outdoors: buildOutdoors, tabletop: buildTabletop } as const;
const kindWeights = [0.6, 0.22, 0.18];

export interface SceneRequest {
  /** Names the scene: the same text gives the same scene, for the same supplies. */
  readonly seed: string;
  readonly split: Split;
  /** Otherwise drawn: most are rooms. */
  readonly kind?: SceneKind;
}

/** A scene that can be looked at, and what is needed to choose from where. */
export interface GeneratedScene extends Stage {
  readonly seed: string;
  readonly kind: SceneKind;
  readonly development: Development;
  /** The library's models in it, whose creators are to be named. */
  readonly models: readonly LibraryModel[];
}

/** Builds a scene: about 0.1 to 1 s, most of it for reading models and the hierarchy of its triangles. */
export async function generateScene(supplies: SceneSupplies, request: SceneRequest): Promise<GeneratedScene> {
  const { seed, split } = request;
  const random = createFastRandom(`scene/${split}/${seed}`);
  const drawn = pickWeighted(random, sceneKinds, kindWeights);
  const kind = request.kind ?? drawn;
  const built = await builders[kind](createSceneKit(random, supplies, split));
  const sized = chance(random, 0.5) ? rescale(built, logBetween(random, 0.5, 2)) : built;
  return { seed, kind, development: drawDevelopment(random), models: built.models, ...staged(sized) };
}

function staged(built: BuiltScene): Stage {
  const { parts, lights, surroundings, occlusionReach } = built;
  const scene = prepareScene({ mesh: mergeMeshes(parts), lights, surroundings, occlusionReach });
  return { scene, rules: built };
}

/** A photograph of a scene with its ground truth. */
export interface SceneView {
  readonly image: RgbImage;
  /** [H, W]: z in the camera's frame; 0 where there is only sky. */
  readonly depth: Float32Array;
  readonly camera: Camera;
}

/** @param seed of the sensor's noise */
export function takeView({ scene, development }: GeneratedScene, camera: Camera, seed: string): SceneView {
  const { radiance, depth } = renderView(scene, camera);
  return { image: develop(radiance, camera, development, createFastRandom(`noise/${seed}`)), depth, camera };
}

export interface ViewsRequest {
  readonly width: number;
  readonly height: number;
  /** Allowed overlap of a view with one before it (see `mutualOverlap`). */
  readonly overlap: readonly [low: number, high: number];
  readonly count: number;
  readonly seed: string;
}

/**
 * Cameras of one lens, each of which overlaps an earlier one as asked.
 * @throws Error if the scene has no such views
 */
export function drawViews(stage: Stage, { width, height, overlap, count, seed }: ViewsRequest): Glimpse[] {
  const random = createFastRandom(`views/${seed}`);
  for (let attempt = 0; attempt < 20; attempt++) {
    const views = tryViews(stage, { lens: drawLens(random, width, height), overlap, count }, random);
    if (views) return views;
  }
  throw new Error(
    `drawViews: no ${count} views with an overlap of ${overlap[0]} to ${overlap[1]} found in scene ${seed}; widen the range`,
  );
}

interface Series {
  readonly lens: Lens;
  readonly overlap: readonly [number, number];
  readonly count: number;
}

function tryViews(stage: Stage, { lens, overlap, count }: Series, random: FastRandom): Glimpse[] | undefined {
  const views = [drawFirstView(stage, lens, random)];
  for (let failures = 0; views.length < count && failures < 3 + count; ) {
    const from = views[chance(random, 0.5) ? views.length - 1 : random.integer(views.length)] as Glimpse;
    const partner = drawPartner(stage, from, overlap, random);
    if (partner) views.push(partner.view);
    else failures++;
  }
  return views.length === count ? views : undefined;
}
