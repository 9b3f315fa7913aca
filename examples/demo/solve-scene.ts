import { join } from 'node:path';
import { evaluate } from '#eval/evaluate.ts';
import type { EvalMethod } from '#eval/method.ts';
import { writeEvalPage } from '#eval/page/eval-page.ts';
import type { EvalReport } from '#eval/report.ts';
import type { SampleView } from '#eval/sample.ts';
import { frameStem, savedSceneMethod } from '#eval/saved-scene-method.ts';
import { openFolderSource } from '#eval/sources/folder-source.ts';
import { type Dust3r, type ReconstructProgress, reconstruct, writeReconstruction } from '../../src/index.ts';
import type { DemoScene } from './demo-scenes.ts';

export interface SolveOptions {
  readonly model: Dust3r;
  /** Gets a folder of the scene's name. */
  readonly output: string;
  /** What to compare with. */
  readonly baselines: readonly EvalMethod[];
  /** Long side in pixels for the network (default: the model's). */
  readonly size?: number;
  readonly onProgress: (progress: ReconstructProgress) => void;
}

export interface SolvedScene {
  readonly name: string;
  /** From the photographs to the aligned scene. */
  readonly seconds: number;
  /** First our scene, then the baselines. */
  readonly report: EvalReport;
  /** Each photograph with its true depth, ours, and how sure it is. */
  readonly views: readonly SampleView[];
}

/** Photographs to a scene in a folder, and how far it is from the truth, which the network does not see. */
export async function solveScene(
  { name, folder, photographs }: DemoScene,
  { model, output, baselines, size, onProgress }: SolveOptions,
): Promise<SolvedScene> {
  const start = performance.now();
  const scene = await reconstruct(photographs, {
    ...{ model, minConfidence: 'auto', onProgress },
    ...(size === undefined ? {} : { size }),
  });
  const seconds = (performance.now() - start) / 1e3;
  await writeReconstruction(join(output, name), scene, { title: name });

  const frames = new Set(photographs.map(frameStem));
  const truth = await openFolderSource(folder, { only: (frame) => frames.has(frame) });
  const { report, samples } = await evaluate(truth, [savedSceneMethod(scene, name), ...baselines], {
    tasks: ['pose', 'depth'],
    samples: truth.pairCount,
  });
  await writeEvalPage(join(output, name, 'scores'), report, samples);
  const ours = samples.filter(({ method }) => method === name).flatMap(({ views }) => views);
  const views = new Map(ours.map((view) => [view.name, view]));
  return { name, seconds, report, views: [...views.values()].sort((a, b) => a.name.localeCompare(b.name)) };
}
