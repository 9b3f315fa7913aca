import { evenly } from '#data/posed-rgbd-balance.ts';
import { measureOverlap } from '#data/posed-rgbd-overlap.ts';
import type { DepthThumbnail } from '#data/posed-rgbd-thumbnail.ts';
import type { Matrix4 } from '#geometry/camera.ts';
import { composeTransforms, identityTransform, invertRigid } from '#geometry/rigid.ts';
import type { CheckItem } from './check-report.ts';

/** x right, y up, z backward → OpenCV's axes, and the other way round. */
const flipAxes: Matrix4 = identityTransform().map((value, i) => (i === 5 || i === 10 ? -value : value));

/** What a stored matrix may mean; the first is what it has to. */
const readings: readonly { readonly name: string; readonly camToWorld: (stored: Matrix4) => Matrix4 }[] = [
  { name: 'camera-to-world with OpenCV axes', camToWorld: (stored) => stored },
  { name: 'world-to-camera with OpenCV axes', camToWorld: invertRigid },
  { name: 'camera-to-world with OpenGL axes', camToWorld: (stored) => composeTransforms(stored, flipAxes) },
  {
    name: 'world-to-camera with OpenGL axes',
    camToWorld: (stored) => composeTransforms(invertRigid(stored), flipAxes),
  },
];

/** What positions may have to be multiplied by to be in the depth's unit. */
const factors = [1, 0.001, 0.01, 0.1, 0.2, 5, 10, 100, 1000] as const;

/** Places of two frames. */
export type FramePair = readonly [first: number, second: number];

interface Hypothesis {
  readonly reading: number;
  readonly factor: number;
  /** The overlap of every tested pair if it were true. */
  readonly overlaps: readonly number[];
}

/** Closer than the tolerance of the overlap itself: readings differ in details. */
const tolerance = 0.03;
/** Two hypotheses are told apart by pairs whose overlaps differ by this. */
const telling = 0.15;
const minTelling = 3;
const testedPerGap = 12;

/**
 * Whether the poses are camera-to-world with OpenCV axes in the depth's unit: under every other reading, and with
 * positions of other units, the same pairs of frames must agree less in depth.
 * @param pairs places of two thumbnails that may see the same
 * @param depthScale metres of one step, for the advice, where the user can give another
 */
export function checkPoseReading(
  thumbnails: readonly DepthThumbnail[],
  pairs: readonly FramePair[],
  depthScale?: number,
): CheckItem {
  const name = 'pose convention';
  const hypotheses = testHypotheses(thumbnails, pairs);
  const [asRead] = hypotheses as [Hypothesis];
  const better = hypotheses.filter((other) => isBetter(other, asRead)).sort((a, b) => mean(b) - mean(a))[0];
  if (better) return wrongReading(name, { asRead, better, advice: adviceFor(better, depthScale) });
  const overlapping = asRead.overlaps.filter((overlap) => overlap > 0.1).length;
  const found = `${overlapping} of ${asRead.overlaps.length} tested pairs agree as ${readings[0]?.name} in the depth's unit`;
  if (overlapping === 0)
    return {
      name,
      verdict: 'warning',
      found: `none of ${asRead.overlaps.length} tested pairs overlaps, however the poses are read`,
      advice: 'are these poses those of these images, in this order?',
    };
  const rivals = readings.slice(1).filter((_, at) => {
    const rival = hypotheses.find(({ reading, factor }) => reading === at + 1 && factor === 1) as Hypothesis;
    return countWins(asRead, rival) < minTelling;
  });
  if (rivals.length === 0) return { name, verdict: 'ok', found };
  return {
    name,
    verdict: 'warning',
    found: `${found}, but about as well as ${rivals.map((rival) => rival.name).join(', ')}`,
    advice: `${asRead.overlaps.length < minTelling ? 'these are too few pairs' : 'the camera moves too little'} to tell; look at the sample page`,
  };
}

function testHypotheses(thumbnails: readonly DepthThumbnail[], pairs: readonly FramePair[]): Hypothesis[] {
  return readings.flatMap(({ camToWorld }, reading) =>
    factors.map((factor) => {
      const moved = thumbnails.map((thumbnail) => {
        const matrix = camToWorld(thumbnail.camera.camToWorld).slice();
        for (const place of [3, 7, 11]) matrix[place] = (matrix[place] as number) * factor;
        return { ...thumbnail, camera: { ...thumbnail.camera, camToWorld: matrix } };
      });
      const overlapOf = ([i, j]: FramePair) =>
        measureOverlap(moved[i] as DepthThumbnail, moved[j] as DepthThumbnail, tolerance);
      return { reading, factor, overlaps: pairs.map(overlapOf) };
    }),
  );
}

/** Frames of a sequence that are 1, 2, 4, 8, … apart, a few of each. */
export function pairsOfFrames(frames: number): FramePair[] {
  const pairs: FramePair[] = [];
  for (let gap = 1; gap < frames; gap *= 2) {
    const starts = Array.from({ length: frames - gap }, (_, start) => start);
    pairs.push(...evenly(starts, testedPerGap).map((start) => [start, start + gap] as const));
  }
  return pairs;
}

/** Wins where the two differ, and hardly ever loses. */
function isBetter(other: Hypothesis, asRead: Hypothesis): boolean {
  const wins = countWins(other, asRead);
  return wins >= minTelling && wins > 3 * countWins(asRead, other) && mean(other) > 1.2 * mean(asRead);
}

function countWins(a: Hypothesis, b: Hypothesis): number {
  return a.overlaps.filter((overlap, at) => overlap > (b.overlaps[at] as number) + telling).length;
}

function mean({ overlaps }: Hypothesis): number {
  return overlaps.reduce((sum, overlap) => sum + overlap, 0) / Math.max(1, overlaps.length);
}

interface WrongReading {
  readonly asRead: Hypothesis;
  readonly better: Hypothesis;
  readonly advice: string;
}

function wrongReading(name: string, { asRead, better, advice }: WrongReading): CheckItem {
  const { reading, factor } = better;
  const percent = (hypothesis: Hypothesis) => `${(100 * mean(hypothesis)).toFixed(0)} %`;
  const said = readings[reading]?.name as string;
  const unit = factor === 1 ? '' : `${reading === 0 ? '' : ' and '}positions multiplied by ${factor}`;
  const found = `depth of tested pairs agrees in ${percent(better)} of the pixels with ${reading === 0 ? '' : said}${unit}, in ${percent(asRead)} as they are read`;
  return { name, verdict: 'error', found, advice };
}

function adviceFor({ reading, factor }: Hypothesis, depthScale: number | undefined): string {
  const steps = [
    ...(reading === 1 || reading === 3 ? ['invert the matrices'] : []),
    ...(reading >= 2 ? ['negate the second and third column of each (camera-to-world) matrix'] : []),
    ...(factor === 1 ? [] : [unitAdvice(factor, depthScale)]),
  ];
  const unit = depthScale === undefined ? "in the depth's unit" : 'in metres';
  return `${steps.join('; ')}. Poses have to be ${readings[0]?.name}, ${unit}`;
}

function unitAdvice(factor: number, depthScale: number | undefined): string {
  const unit = factor === 0.001 ? ' (they seem to be millimetres)' : factor === 0.01 ? ' (centimetres?)' : '';
  const positions = `multiply the positions by ${factor}${unit}`;
  if (depthScale === undefined) return `${positions}, or the depth by ${1 / factor}`;
  return `${positions}, or, if it is the depth that is wrong, give depth_scale=${Number((depthScale / factor).toPrecision(4))}`;
}
