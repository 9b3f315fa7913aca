import type { Camera } from './camera.ts';
import { composeTransforms, rigidTransform } from './rigid.ts';

/** How often an image is turned clockwise by 90°. */
export type QuarterTurns = 0 | 1 | 2 | 3;

/** The camera of an image that was turned clockwise by `turns` · 90°: it rolls the other way, and sees the same points. */
export function turnCamera(camera: Camera, turns: QuarterTurns): Camera {
  if (turns === 0) return camera;
  const { width, height, focalPx, principalPx, camToWorld } = camera;
  const once: Camera = {
    width: height,
    height: width,
    focalPx: [focalPx[1], focalPx[0]],
    principalPx: [height - 1 - principalPx[1], principalPx[0]],
    camToWorld: composeTransforms(camToWorld, rolled),
  };
  return turnCamera(once, (turns - 1) as QuarterTurns);
}

/** New right is old up, new down is old right. */
const rolled = rigidTransform([0, 1, 0, -1, 0, 0, 0, 0, 1], [0, 0, 0]);
