import type { Matrix4 } from '#geometry/camera.ts';
import type { PairwisePrediction } from '#geometry/pointmap.ts';
import { determinant3, rotationOf, translationOf } from '#geometry/rigid.ts';
import type { KnownCameras } from './initial-scene.ts';
import type { AlignSettings, FrozenPart, KnownView } from './options.ts';
import { type ImageSize, imageSizes } from './pairwise.ts';
import { finish } from './pausable.ts';
import { type AlignProblem, zeroParameters } from './state.ts';
import { weightings } from './weights.ts';

/**
 * The problem that options pose.
 * @param sizes of the images, as `imageSizes` finds them; it reads every prediction
 * @throws RangeError for pairs that do not fit together, and for an option of the wrong size or kind
 */
export function poseProblem(
  pairs: readonly PairwisePrediction[],
  settings: AlignSettings,
  sizes: readonly ImageSize[] = finish(imageSizes(pairs)),
): AlignProblem {
  checkSettings(settings, sizes);
  const { masks, weighting, distance, normalization, separateFocals } = settings;
  const problem = {
    ...{ pairs, sizes, distance, normalization, separateFocals },
    masks: sizes.map((_, image) => masks[image]),
    weightOf: weightings[weighting],
    focalGroups: groupsOf(settings, sizes.length),
    ...scaleOf(settings, sizes.length),
    freeDepths: sizes.map((_, image) => !settings.known[image]?.depth && !settings.frozen.includes('depths')),
  };
  return { ...problem, free: freeParameters(problem, settings) };
}

export function knownCameras({ known }: Pick<AlignSettings, 'known'>, count: number): KnownCameras {
  const views = Array.from({ length: count }, (_, image) => known[image]);
  const focalOf = (focalPx: KnownView['focalPx']) =>
    typeof focalPx === 'number' ? ([focalPx, focalPx] as const) : focalPx;
  return {
    poses: views.map((view) => view?.camToWorld),
    focals: views.map((view) => focalOf(view?.focalPx)),
    principals: views.map((view) => view?.principalPx),
    depths: views.map((view) => view?.depth),
  };
}

/** Known depths have a scale; cameras that are known to stand apart are held up to one. */
function scaleOf({ known, baseScale }: AlignSettings, count: number): Pick<AlignProblem, 'baseScale' | 'isAnchored'> {
  const none = Array.from({ length: count }, () => false);
  if (known.some((view) => view?.depth)) return { baseScale: undefined, isAnchored: none };
  const [origin, ...others] = known.flatMap((view) => (view?.camToWorld ? [translationOf(view.camToWorld)] : []));
  const areApart = others.some((centre) => centre.some((value, k) => value !== origin?.[k]));
  return { baseScale, isAnchored: areApart ? none.map((_, image) => known[image]?.camToWorld !== undefined) : none };
}

function groupsOf({ sharedFocal }: AlignSettings, count: number): number[] {
  if (typeof sharedFocal === 'boolean') return Array.from({ length: count }, (_, i) => (sharedFocal ? 0 : i));
  const numbers = [...new Set(sharedFocal)];
  return sharedFocal.map((number) => numbers.indexOf(number));
}

/** 1 where a number may move. */
function freeParameters(problem: Omit<AlignProblem, 'free'>, settings: AlignSettings): AlignProblem['free'] {
  const { known, frozen, pairAdaptors, optimizePrincipalPoints } = settings;
  const free = zeroParameters(problem);
  const mayMove = (part: FrozenPart) => Number(!frozen.includes(part));
  free.pairPoses.fill(mayMove('pairs'));
  free.pairAdaptors.fill(Number(pairAdaptors));
  free.poses.fill(mayMove('poses'));
  free.focals.fill(mayMove('focals'));
  free.principals.fill(Number(optimizePrincipalPoints));
  free.worldScale.fill(Number(problem.isAnchored.includes(true)));
  for (const [image, group] of problem.focalGroups.entries()) {
    const view = known[image];
    if (view?.camToWorld) free.poses.fill(0, 7 * image, 7 * image + 7);
    if (view?.focalPx !== undefined) free.focals.fill(0, 2 * group, 2 * group + 2);
    if (view?.principalPx) free.principals.fill(0, 2 * image, 2 * image + 2);
  }
  return free;
}

function checkSettings(settings: AlignSettings, sizes: readonly ImageSize[]): void {
  const { known, masks, sharedFocal, init } = settings;
  const lists = { known, masks, ...(typeof sharedFocal === 'boolean' ? {} : { sharedFocal }) };
  for (const [name, list] of Object.entries(lists)) {
    const isOptional = name !== 'sharedFocal';
    if (list.length === sizes.length || (isOptional && list.length < sizes.length)) continue;
    throw new RangeError(
      `alignment: ${name}: expected one entry for each of ${sizes.length} images, got ${list.length}`,
    );
  }
  checkNumbers(settings);
  for (const [image, size] of sizes.entries()) {
    checkMask(masks[image], size, `mask of image ${image}`);
    checkKnown(known[image], size, `known view ${image}`);
  }
  if (init === 'known-poses' && !sizes.every((_, image) => known[image]?.camToWorld)) {
    const missing = sizes.findIndex((_, image) => !known[image]?.camToWorld);
    throw new RangeError(`alignment: init 'known-poses' needs every pose, and image ${missing} has none; use 'mst'`);
  }
}

function checkNumbers({ baseScale, iterations, learningRate, leastRate }: AlignSettings): void {
  for (const [name, value] of Object.entries({ baseScale, learningRate, leastRate })) {
    if (!(value > 0 && value < Infinity)) throw new RangeError(`alignment: expected ${name} above 0, got ${value}`);
  }
  if (!Number.isSafeInteger(iterations) || iterations < 0) {
    throw new RangeError(`alignment: expected iterations to be a whole number from 0, got ${iterations}`);
  }
}

function checkMask(mask: Uint8Array | undefined, { width, height }: ImageSize, name: string): void {
  if (!mask) return;
  if (mask.length !== width * height) {
    throw new RangeError(`alignment: ${name}: expected ${width}×${height} pixels, got ${mask.length} values`);
  }
  if (!mask.includes(1) && mask.every((value) => value === 0)) {
    throw new RangeError(`alignment: ${name} leaves no pixel; leave out the image instead`);
  }
}

function checkKnown(view: KnownView | undefined, { width, height }: ImageSize, name: string): void {
  if (!view) return;
  const { camToWorld, focalPx, principalPx, depth } = view;
  const focals = typeof focalPx === 'number' ? [focalPx] : (focalPx ?? []);
  if (!focals.every((focal) => focal > 0 && focal < Infinity)) {
    throw new RangeError(`alignment: ${name}: expected a focal length above 0 pixels, got ${focals.join(', ')}`);
  }
  if (principalPx && !principalPx.every(Number.isFinite)) {
    throw new RangeError(`alignment: ${name}: expected a finite principal point, got ${principalPx.join(', ')}`);
  }
  if (camToWorld && !isRigid(camToWorld)) {
    throw new RangeError(`alignment: ${name}: expected camToWorld to be a rotation and a translation, 4×4 row by row`);
  }
  if (!depth) return;
  if (!camToWorld) throw new RangeError(`alignment: ${name}: a known depth map needs a known pose`);
  if (depth.length !== width * height) {
    throw new RangeError(`alignment: ${name}: expected a depth map of ${width}×${height}, got ${depth.length} values`);
  }
}

/** Within what a file of a few digits rounds away. */
const RIGID_TOLERANCE = 1e-3;

function isRigid(pose: Matrix4): boolean {
  const r = rotationOf(pose);
  const dot = (a: number, b: number) =>
    [0, 1, 2].reduce((sum, k) => sum + (r[3 * a + k] as number) * (r[3 * b + k] as number), 0);
  const isOrthonormal = [0, 1, 2].every((a) =>
    [0, 1, 2].every((b) => Math.abs(dot(a, b) - Number(a === b)) < RIGID_TOLERANCE),
  );
  return pose.length === 16 && pose.every(Number.isFinite) && isOrthonormal && determinant3(r) > 0;
}
