import { parse } from 'node:path';
import { networkMapping } from '#export/network-mapping.ts';
import { invertRigid, transformPoints } from '#geometry/rigid.ts';
import type { ReconstructedView, Reconstruction } from '#reconstruct/reconstruction.ts';
import type { EstimatedDepth, EstimatedPointmap, EvalMethod, EvalPair, EvalScene, EvalView } from './method.ts';
import { relativePose } from './metrics/pose-error.ts';

/** What a photograph and a frame of the truth are matched by: the file's name without folder and ending. */
export const frameStem = (name: string) => parse(name).name;

/** A finished scene: of its photographs, pairs and the whole have its poses, depths and points. */
export function savedSceneMethod({ views, poseFound }: Reconstruction, name = 'saved scene'): EvalMethod {
  const byStem = new Map(views.map((view) => [frameStem(view.name), view]));
  const found = ({ name }: EvalView) => byStem.get(frameStem(name));
  const pose = (view: ReconstructedView | undefined) => (poseFound ? view?.camera.camToWorld : undefined);
  return {
    name,
    settings: { views: views.length },
    estimatePair({ views: [a, b] }: EvalPair) {
      const [first, second] = [found(a), found(b)];
      const [pose1, pose2] = [pose(first), pose(second)];
      if (!(first && second && pose1 && pose2)) return Promise.resolve({});
      const toFirst = invertRigid(pose1);
      return Promise.resolve({
        view2ToView1: relativePose(pose1, pose2),
        focalsPx: [focalOf(first), focalOf(second)] as const,
        depths: [depthOf(first), depthOf(second)] as const,
        pointmaps: [pointsOf(first, toFirst), pointsOf(second, toFirst)] as const,
      });
    },
    estimateScene: ({ views: wanted }: EvalScene) => {
      const matched = wanted.map(found);
      return Promise.resolve({
        camToWorld: matched.map(pose),
        focalsPx: matched.map((view) => view && focalOf(view)),
        depths: matched.map((view) => view && depthOf(view)),
      });
    },
    dispose: () => undefined,
  };
}

function focalOf({ originalCamera: { focalPx } }: ReconstructedView): number {
  return (focalPx[0] + focalPx[1]) / 2;
}

function depthOf(view: ReconstructedView): EstimatedDepth {
  const { width, height } = view.camera;
  return { width, height, values: view.depth, mapping: networkMapping(view) };
}

function pointsOf(view: ReconstructedView, toFirst: Float64Array): EstimatedPointmap {
  const { width, height } = view.camera;
  const points = transformPoints(toFirst, view.points);
  return { width, height, points, confidence: view.confidence, mapping: networkMapping(view) };
}
