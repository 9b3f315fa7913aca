import type { EvalScene, EvalView, SceneEstimate } from './method.ts';
import { poseRow, relativePose } from './metrics/pose-error.ts';
import { poseScores } from './metrics/pose-scores.ts';
import { trajectoryError } from './metrics/trajectory.ts';
import type { EvalTask, PoseRow, SceneRow } from './report.ts';
import { scoreDepth } from './score-pair.ts';
import { pairFacts } from './truth.ts';

export interface ScoredScene {
  readonly row: Omit<SceneRow, 'seconds'>;
  /** Of every pair of views. */
  readonly poses: readonly PoseRow[];
}

/** A method's estimate of a scene against the truth. A view that was not placed makes its pairs failures. */
export function scoreScene(scene: EvalScene, estimate: SceneEstimate, tasks: readonly EvalTask[]): ScoredScene {
  const { views } = scene;
  const { camToWorld, depths } = estimate;
  const poses = everyPair(views.length).map((pair) => poseOf(scene, estimate, pair));
  const truths = views.map(({ camera }) => camera.camToWorld);
  const hasDepths = tasks.includes('depth') && depths !== undefined && views.some(({ depth }) => depth);
  return {
    row: {
      ...trajectoryError(camToWorld, truths),
      pose: poseScores(poses),
      ...(hasDepths ? { depths: views.flatMap((view, i) => (view.depth ? [scoreDepth(view, depths[i])] : [])) } : {}),
    },
    poses,
  };
}

function everyPair(count: number): [number, number][] {
  const places = Array.from({ length: count }, (_, i) => i);
  return places.flatMap((i) => places.slice(i + 1).map((j): [number, number] => [i, j]));
}

function poseOf({ name, views }: EvalScene, { camToWorld }: SceneEstimate, [i, j]: readonly [number, number]): PoseRow {
  const [first, second] = [views[i], views[j]] as [EvalView, EvalView];
  const [pose1, pose2] = [camToWorld[i], camToWorld[j]];
  const truth = relativePose(first.camera.camToWorld, second.camera.camToWorld);
  const { hasDirection } = pairFacts({ scene: name, views: [first, second] });
  return poseRow(pose1 && pose2 && relativePose(pose1, pose2), truth, hasDirection);
}
