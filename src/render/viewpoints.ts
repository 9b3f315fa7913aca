import type { Camera, Matrix4 } from '#geometry/camera.ts';
import { rigidTransform } from '#geometry/rigid.ts';
import type { FastRandom } from '#tensor/random.ts';
import type { BuiltScene } from './built-scene.ts';
import { between, chance, logBetween, pick } from './draw.ts';
import { type Glimpse, glimpse, overlap } from './overlap.ts';
import type { Scene } from './scene.ts';
import { Tracer } from './tracer.ts';
import { add, cross, normalize, scale, subtract, type Vector } from './vector.ts';

/** Everything about a camera but where it is. */
export type Lens = Omit<Camera, 'camToWorld'>;

/** A horizontal angle of view of 40° to 90°, square pixels, a principal point up to 3 % off the middle. */
export function drawLens(random: FastRandom, width: number, height: number): Lens {
  const angleRad = (between(random, 40, 90) * Math.PI) / 180;
  const focal = Math.max(width, height) / 2 / Math.tan(angleRad / 2);
  const off = () => (chance(random, 0.5) ? between(random, -0.03, 0.03) : 0);
  return {
    width,
    height,
    focalPx: [focal, focal],
    principalPx: [(width - 1) / 2 + off() * width, (height - 1) / 2 + off() * height],
  };
}

/** Where cameras may go in a scene. */
export interface Stage {
  readonly scene: Scene;
  readonly rules: Pick<BuiltScene, 'cameraZone' | 'minHeightAboveGround' | 'nearest' | 'obstacles' | 'targets'>;
}

const maxAttempts = 400;

/**
 * A view from a free place towards something, at a natural tilt and roll.
 * @throws Error if the scene has no such view
 */
export function drawFirstView(stage: Stage, lens: Lens, random: FastRandom): Glimpse {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const { min, max } = stage.rules.cameraZone;
    const eye: Vector = [
      between(random, min[0], max[0]),
      between(random, min[1], max[1]),
      between(random, min[2], max[2]),
    ];
    if (!isFree(stage, eye)) continue;
    const view = glimpse(stage.scene, {
      ...lens,
      camToWorld: lookAt(eye, drawTarget(stage, eye, random), drawRoll(random)),
    });
    if (isGoodView(stage, view)) return view;
  }
  throw new Error(`drawFirstView: no free view in ${maxAttempts} attempts; this scene is too full or too empty`);
}

/**
 * A second view of what the first shows: from beside, from elsewhere, or turned, so that the smaller of the two overlaps
 * lies in the range. undefined if none was found.
 */
export function drawPartner(
  stage: Stage,
  first: Glimpse,
  [low, high]: readonly [number, number],
  random: FastRandom,
): Partner | undefined {
  const wanted = between(random, low, high);
  const miss = (partner: Partner | undefined) => (partner ? Math.abs(partner.overlap - wanted) : Infinity);
  let best: Partner | undefined;
  for (let attempt = 0; attempt < 24 && miss(best) > 0.08; attempt++) {
    const found = tryPartner(stage, first, random);
    if (found && found.overlap >= low && found.overlap <= high && miss(found) < miss(best)) best = found;
  }
  return best;
}

interface Partner {
  readonly view: Glimpse;
  readonly overlap: number;
}

function tryPartner(stage: Stage, first: Glimpse, random: FastRandom): Partner | undefined {
  const camToWorld = besideView(stage, first, random);
  if (!isFree(stage, eyeOf(camToWorld))) return undefined;
  const view = glimpse(stage.scene, { ...first.camera, camToWorld });
  return isGoodView(stage, view) ? { view, overlap: mutualOverlap(stage.scene, first, view) } : undefined;
}

/** The smaller of the parts of each view that the other sees. */
export function mutualOverlap(scene: Scene, a: Glimpse, b: Glimpse): number {
  return Math.min(overlap(scene, a, b.camera), overlap(scene, b, a.camera));
}

function drawTarget({ rules }: Stage, eye: Vector, random: FastRandom): Vector {
  if (rules.targets.length === 0 || chance(random, 0.25)) {
    const angle = between(random, 0, 2 * Math.PI);
    return add(eye, [Math.cos(angle), between(random, -0.5, 0.25), Math.sin(angle)]);
  }
  const reach = 2 * rules.nearest;
  const jitter = (): number => between(random, -reach, reach);
  return add(pick(random, rules.targets), [jitter(), jitter(), jitter()]);
}

/** Mostly level, as people hold cameras; one in ten leans. */
function drawRoll(random: FastRandom): number {
  return (chance(random, 0.1) ? between(random, -0.5, 0.5) : 0.05 * random.normal()) || 0;
}

/** Another pose: near or far from the first, looking at a point that the first sees, or a little past it. */
function besideView({ rules }: Stage, { camera, depths, points }: Glimpse, random: FastRandom): Matrix4 {
  const index = random.integer(depths.length);
  const pivot = Array.from(points.subarray(3 * index, 3 * index + 3)) as unknown as Vector;
  const distance = depths[index] as number;
  const angle = between(random, 0, 2 * Math.PI);
  const baseline = distance * (chance(random, 0.2) ? between(random, 0, 0.05) : logBetween(random, 0.05, 1.2));
  const step = scale([Math.cos(angle), between(random, -0.5, 0.5), Math.sin(angle)], baseline);
  const eye = chance(random, 0.15) ? inZone(rules, random) : add(eyeOf(camera.camToWorld), step);
  const miss = 0.12 * distance;
  const aim = add(pivot, [miss * random.normal(), 0.7 * miss * random.normal(), miss * random.normal()]);
  return lookAt(eye, aim, drawRoll(random));
}

function inZone({ cameraZone: { min, max } }: Stage['rules'], random: FastRandom): Vector {
  return [between(random, min[0], max[0]), between(random, min[1], max[1]), between(random, min[2], max[2])];
}

function eyeOf(camToWorld: Matrix4): Vector {
  return [camToWorld[3] as number, camToWorld[7] as number, camToWorld[11] as number];
}

/** Camera to world: z towards the target, y down, turned about z by the roll. */
export function lookAt(eye: Vector, target: Vector, rollRad: number): Matrix4 {
  const forward = normalize(subtract(target, eye));
  const isSteep = Math.abs(forward[1]) > 0.999;
  const level = normalize(cross(forward, isSteep ? [1, 0, 0] : [0, 1, 0]));
  const fall = cross(forward, level);
  const right = add(scale(level, Math.cos(rollRad)), scale(fall, Math.sin(rollRad)));
  const down = cross(forward, right);
  const rotation = [0, 1, 2].flatMap((k) => [right[k], down[k], forward[k]] as number[]);
  return rigidTransform(rotation, eye);
}

/** In the zone, outside everything, and high enough above the ground. */
function isFree({ scene, rules }: Stage, eye: Vector): boolean {
  const { cameraZone, obstacles, nearest, minHeightAboveGround } = rules;
  if (!isWithin(eye, cameraZone, 0)) return false;
  if (obstacles.some((bounds) => isWithin(eye, bounds, 0.3 * nearest))) return false;
  if (minHeightAboveGround === 0) return true;
  const tracer = new Tracer(scene.bvh).from(...eye).towards(0, -1, 0);
  return tracer.closest() >= 0 && tracer.distance > minHeightAboveGround;
}

function isWithin(point: Vector, { min, max }: { min: Vector; max: Vector }, margin: number): boolean {
  return ([0, 1, 2] as const).every((k) => point[k] > min[k] - margin && point[k] < max[k] + margin);
}

/** Shows something, none of it too near, and no bare wall alone. */
function isGoodView({ rules }: Stage, { depths, filled }: Glimpse): boolean {
  if (filled < 0.55) return false;
  const sorted = depths.slice().sort();
  const at = (part: number) => sorted[Math.floor(part * (sorted.length - 1))] as number;
  const median = at(0.5);
  const isNear = at(0) < 0.5 * rules.nearest || at(0.05) < rules.nearest;
  return !isNear && median < 40 * rules.nearest && (at(0.92) - at(0.08)) / median > 0.25;
}
