import type { EvalMethod, EvalPair, EvalScene, EvalView, PairEstimate } from '#eval/method.ts';
import { relativePose } from '#eval/metrics/pose-error.ts';
import type { EvalSource } from '#eval/source.ts';
import { type Camera, depthToPoints, type Matrix4 } from '#geometry/camera.ts';
import { composeTransforms, identityTransform, rigidTransform } from '#geometry/rigid.ts';
import type { Reconstruction } from '#reconstruct/reconstruction.ts';
import { renderRoom, roomCamera } from '#test/data/room.ts';

/** The room as a camera sees it. */
function roomView(name: string, camera: Camera): EvalView {
  const { image, depth } = renderRoom(camera);
  return { name, image, camera, depth: depth.values };
}

/** Two cameras in the room, 0.5 m apart and turned by 15°. */
export function roomPair(): EvalPair {
  const cameras = [roomCamera([-0.3, 0, 0]), roomCamera([0.1, 0.3, 0], 15)];
  const [first, second] = cameras.map((camera, i) => roomView(`view-${i}`, camera));
  return { scene: 'room', views: [first as EvalView, second as EvalView], overlap: 0.7 };
}

export function roomScene(count: number): EvalScene {
  return { name: 'room', views: roomCameras(count).map((camera, i) => roomView(`000${i}`, camera)) };
}

export function roomCameras(count: number): Camera[] {
  return Array.from({ length: count }, (_, i) =>
    roomCamera([0.3 * i - 0.5, 0.2 * Math.sin(2 * i), 0.1 * i * i], 10 * i),
  );
}

const wholeImage = { scale: [1, 1], offset: [0, 0] } as const;

export interface Wrong {
  /** Multiplies depths and points. */
  readonly scale?: number;
  /** Instead of the true relative pose. */
  readonly pose?: (truth: Matrix4) => Matrix4 | undefined;
  /** [H, W] of each view, from its true depth. */
  readonly confidence?: (depth: number, pixel: number) => number;
  /** Moves every point along z by this part of its depth. */
  readonly depthError?: (depth: number, pixel: number) => number;
}

/** What is true of a pair as an estimate, with what is wrong about it. */
export function estimateFrom({ views }: EvalPair, wrong: Wrong = {}): PairEstimate {
  const { scale = 1, pose = (truth) => truth, confidence = () => 1, depthError = () => 0 } = wrong;
  const [first, second] = views;
  const truth = relativePose(first.camera.camToWorld, second.camera.camToWorld);
  const frames = [identityTransform(), truth];
  const maps = views.map(({ camera, depth = new Float32Array() }, i) => {
    const { width, height } = camera;
    const values = depth.map((z, at) => scale * z * (1 + depthError(z, at)));
    const inView1 = { ...camera, camToWorld: scaledTranslation(frames[i] as Matrix4, scale) };
    return {
      depth: { width, height, values, mapping: wholeImage },
      points: {
        ...{ width, height, mapping: wholeImage, points: depthToPoints(inView1, values) },
        confidence: depth.map((z, at) => confidence(z, at)),
      },
    };
  });
  const [map1, map2] = maps as [(typeof maps)[0], (typeof maps)[0]];
  const view2ToView1 = pose(truth);
  return {
    ...(view2ToView1 ? { view2ToView1 } : {}),
    focalsPx: [first.camera.focalPx[0], second.camera.focalPx[0]],
    depths: [map1.depth, map2.depth],
    pointmaps: [map1.points, map2.points],
  };
}

/** About z, and then as it was. */
export function turnedBy(degrees: number): (pose: Matrix4) => Matrix4 {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return (pose) => composeTransforms(pose, rigidTransform([c, -s, 0, s, c, 0, 0, 0, 1], [0, 0, 0]));
}

export function scaledTranslation(pose: Matrix4, scale: number): Matrix4 {
  return pose.map((value, i) => (i % 4 === 3 && i < 12 ? scale * value : value));
}

/** A method that says of a pair what a function makes of it. */
export function methodOf(name: string, estimate: (pair: EvalPair) => PairEstimate): EvalMethod {
  return { name, estimatePair: (pair) => Promise.resolve(estimate(pair)), dispose: () => undefined };
}

export function sourceOf(pairs: readonly EvalPair[], scenes: readonly EvalScene[] = []): EvalSource {
  return {
    ...{ name: 'rooms', hasDepth: true, choice: {}, notes: [] },
    pairCount: pairs.length,
    sceneCount: scenes.length,
    pair: (index) => Promise.resolve(pairs[index] as EvalPair),
    scene: (index) => Promise.resolve(scenes[index] as EvalScene),
  };
}

/** The truth as a finished scene, whose photographs are called as the frames of `writePosedRgbd` are. */
export function trueScene(cameras: readonly Camera[], scale = 1): Reconstruction {
  const views = cameras.map((camera, i) => {
    const { image, depth } = renderRoom(camera);
    const placed = { ...camera, camToWorld: scaledTranslation(camera.camToWorld, scale) };
    const scaled = depth.values.map((z) => scale * z);
    const confidence = new Float32Array(scaled.length).fill(2);
    const maps = { depth: scaled, points: depthToPoints(placed, scaled), confidence };
    return { ...maps, name: `${String(i).padStart(4, '0')}.jpg`, image, camera: placed, originalCamera: placed };
  });
  return { views, reference: 0, poseFound: true, minConfidence: 3 };
}
