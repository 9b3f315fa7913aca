import { estimateFocal } from '#geometry/focal.ts';
import type { Pointmap } from '#geometry/pointmap.ts';
import { solvePointmapPose } from '#geometry/pointmap-pose.ts';
import { type KnownCameras, usablePointmap } from './initial-scene.ts';
import type { Level } from './level.ts';
import { type Sighting, sightingsOf } from './objective.ts';
import { eachInTurn, type Pausable } from './pausable.ts';

/** From 160° to 3° of view. An untrained network's points would give a focal length of 0, which is no camera. */
const plausible = { minFocal: 0.1, maxFocal: 20 };

/** The intrinsics of an image that are known or assumed before its focal length is, in the image's pixels. */
export function principalOf(level: Level, known: KnownCameras, image: number): readonly [x: number, y: number] {
  return known.principals[image] ?? centreOf(level, image);
}

/**
 * A focal length for every image (spec 5.4, 6.4): what is known; else Weiszfeld's fit to the most trusted pointmap that
 * is in the image's own frame (never to another image's, as the original does after its first tree edge); else the best
 * of a search over poses. Images that share one get the median of theirs.
 * @param scores by pair
 */
export function* initialFocals(
  level: Level,
  known: KnownCameras,
  scores: readonly number[],
): Pausable<(readonly [x: number, y: number])[]> {
  const { focalGroups } = level.problem;
  const own = yield* eachInTurn(
    focalGroups,
    (_, image) => known.focals[image] ?? estimate(level, known, { image, scores }),
  );
  return focalGroups.map((group, image) => {
    if (known.focals[image]) return known.focals[image];
    const members = [...focalGroups.keys()].filter((other) => focalGroups[other] === group);
    const sure = members.find((other) => known.focals[other]);
    if (sure !== undefined) return known.focals[sure] as readonly [number, number];
    const axis = (k: 0 | 1) => median(members.map((other) => own[other]?.[k] as number));
    return [axis(0), axis(1)];
  });
}

function estimate(
  level: Level,
  known: KnownCameras,
  { image, scores }: { readonly image: number; readonly scores: readonly number[] },
): readonly [number, number] {
  const byScore = (a: Sighting, b: Sighting) =>
    (scores[b.pair] as number) - (scores[a.pair] as number) || a.pair - b.pair;
  const sightings = (sightingsOf(level.problem)[image] as Sighting[]).toSorted(byScore);
  const own = sightings.find(({ side }) => side === 'first');
  const pointmap = usablePointmap(level.problem, own ?? (sightings[0] as Sighting));
  const { step, offset } = level;
  const [x, y] = principalOf(level, known, image);
  const principalPx = [(x - offset) / step, (y - offset) / step] as const;
  const focal = own
    ? estimateFocal(withoutUnseen(pointmap), { principalPx, ...plausible })
    : solvePointmapPose(pointmap, { principalPx, mask: pointmap.confidence })?.focalPx;
  const inPixels = step * (focal ?? Math.max(pointmap.width, pointmap.height));
  return [inPixels, inPixels];
}

/** Of x/z and y/z, for a camera of 160°: a point further out is an outlier, and pulls all the harder. */
const STEEPEST = 6;

/** The points that a camera could see, by the frame they are in. */
function withoutUnseen(pointmap: Pointmap): Pointmap {
  const points = pointmap.points.slice();
  for (let i = 0; i < points.length; i += 3) {
    const reach = STEEPEST * (points[i + 2] as number);
    const isSeen = Math.abs(points[i] as number) < reach && Math.abs(points[i + 1] as number) < reach;
    if (!isSeen) points.fill(Number.NaN, i, i + 3);
  }
  return { ...pointmap, points };
}

/** (W/2, H/2) */
function centreOf({ fullSizes }: Level, image: number): readonly [number, number] {
  const { width, height } = fullSizes[image] as Level['fullSizes'][number];
  return [width / 2, height / 2];
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1] as number;
}
