import { measuredIndex } from '#data/posed-rgbd-cache.ts';
import type { IndexOptions } from '#data/posed-rgbd-index.ts';
import { readRgbdView } from '#data/posed-rgbd-view.ts';
import type { RgbdFrame, RgbdSequence } from '#data/rgbd-layouts/rgbd-sequence.ts';
import type { EvalView } from '#eval/method.ts';
import type { EvalSequence } from './sequence.ts';

/**
 * A sequence with depth. Its overlaps are measured, which reads every depth map the first time, and kept where
 * `PosedRgbd` keeps them; pairs that a file beside the frames lists are believed.
 */
export async function openRgbdSequence(sequence: RgbdSequence, options: IndexOptions = {}): Promise<EvalSequence> {
  const { pairs } = (await measuredIndex(sequence, options)).index;
  const { label, frames } = sequence;
  return {
    label,
    frames: frames.map(({ name }) => name),
    pairs,
    hasDepth: true,
    view: (place) => readView(sequence, frames[place] as RgbdFrame),
  };
}

async function readView(sequence: RgbdSequence, frame: RgbdFrame): Promise<EvalView> {
  const { image, depth, camera } = await readRgbdView(sequence, frame, {
    dataset: sequence.label,
    instance: frame.name,
  });
  return { name: frame.name, image, camera, depth };
}
