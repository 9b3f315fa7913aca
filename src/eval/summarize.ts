import { calibrate } from './metrics/calibration.ts';
import { poseScores } from './metrics/pose-scores.ts';
import { mean, median } from './metrics/statistics.ts';
import type {
  DepthMeans,
  DepthRow,
  DepthScores,
  MethodReport,
  PairFacts,
  PairRow,
  PointmapRow,
  PointmapScores,
  PoseRow,
  SceneFacts,
  SceneRow,
  TrajectoryScores,
} from './report.ts';
import type { TrustSample } from './trust-sample.ts';

/** What was measured of one method. */
export interface Measured {
  readonly name: string;
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  readonly pairs: readonly PairRow[];
  readonly scenes: readonly SceneRow[];
  /** Of all pairs of views of all scenes. */
  readonly scenePoses: readonly PoseRow[];
  readonly trust: TrustSample;
}

/** The rows of a method to its scores. */
export function summarize(
  measured: Measured,
  pairs: readonly PairFacts[],
  scenes: readonly SceneFacts[],
): MethodReport {
  const { name, settings } = measured;
  const poses = measured.pairs.flatMap(({ pose }) => pose ?? []);
  const pairSeconds = total(measured.pairs.map(({ seconds }) => seconds));
  const depth = depthScores(measured.pairs, pairs);
  const pointmap = pointmapScores(measured.pairs);
  const calibration = calibrate(measured.trust.confidence, measured.trust.errors);
  return {
    name,
    settings,
    pairSeconds,
    pairsPerSecond: pairSeconds > 0 ? measured.pairs.length / pairSeconds : null,
    sceneSeconds: total(measured.scenes.map(({ seconds }) => seconds)),
    ...(poses.length > 0 ? { pose: poseScores(poses) } : {}),
    ...(depth ? { depth } : {}),
    ...(pointmap ? { pointmap } : {}),
    ...(measured.scenes.length > 0 ? { trajectory: trajectoryScores(measured, scenes) } : {}),
    ...(calibration ? { calibration } : {}),
    pairs: measured.pairs,
    scenes: measured.scenes,
  };
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Nothing where no image has both truth and estimate. */
function depthScores(rows: readonly PairRow[], facts: readonly PairFacts[]): DepthScores | undefined {
  const ofView = (view: 0 | 1) =>
    rows.flatMap(({ depths }, i) => (depths && facts[i]?.hasDepth[view] ? [depths[view]] : []));
  const [first, second] = [ofView(0), ofView(1)];
  if (![...first, ...second].some((row) => row)) return undefined;
  return { ...depthMeans([...first, ...second]), view1: depthMeans(first), view2: depthMeans(second) };
}

/** @param rows of images with true depth; null: without an estimate */
function depthMeans(rows: readonly (DepthRow | null)[]): DepthMeans {
  const found = rows.filter((row) => row !== null);
  const absRel = found.map((row) => row.absRel);
  return {
    images: rows.length,
    failed: rows.length - found.length,
    absRel: mean(absRel),
    medianAbsRel: median(absRel),
    inliers103: mean(found.map(({ inliers103 }) => inliers103)),
    inliers125: mean(found.map(({ inliers125 }) => inliers125)),
  };
}

/** Nothing where no pair has an estimate. */
function pointmapScores(rows: readonly PairRow[]): PointmapScores | undefined {
  const asked = rows.flatMap(({ pointmap }) => (pointmap === undefined ? [] : [pointmap]));
  const found = asked.filter((row) => row !== null);
  if (found.length === 0) return undefined;
  const meanOf = (figure: (row: PointmapRow) => number | null) =>
    mean(found.map(figure).filter((value) => value !== null));
  return {
    pairs: asked.length,
    failed: asked.length - found.length,
    error: meanOf(({ error }) => error),
    medianError: median(found.map(({ error }) => error)),
    errorView1: meanOf(({ errorView1 }) => errorView1),
    errorView2: meanOf(({ errorView2 }) => errorView2),
    accuracy: meanOf(({ accuracy }) => accuracy),
    accuracyMedian: meanOf(({ accuracyMedian }) => accuracyMedian),
    completeness: meanOf(({ completeness }) => completeness),
    completenessMedian: meanOf(({ completenessMedian }) => completenessMedian),
    accuracyUnits: meanOf(({ accuracy, unit }) => accuracy * unit),
    completenessUnits: meanOf(({ completeness, unit }) => completeness * unit),
  };
}

function trajectoryScores({ scenes, scenePoses }: Measured, facts: readonly SceneFacts[]): TrajectoryScores {
  const placed = scenes.filter(({ ate }) => ate !== null);
  const views = total(facts.map(({ names }) => names.length));
  const depths = scenes.flatMap((row) => row.depths ?? []);
  return {
    scenes: scenes.length,
    failed: scenes.length - placed.length,
    registered: views > 0 ? total(scenes.map(({ registered }) => registered)) / views : null,
    ate: mean(placed.map(({ ate }) => ate as number)),
    relativeAte: mean(placed.flatMap(({ relativeAte }) => relativeAte ?? [])),
    pose: poseScores(scenePoses),
    ...(depths.length > 0 ? { depth: depthMeans(depths) } : {}),
  };
}
