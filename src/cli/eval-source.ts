import type { EvalSource } from '#eval/source.ts';
import type { Reconstruction } from '#reconstruct/reconstruction.ts';
import { type EvalDataArguments, isExpression } from './eval-options.ts';
import type { Progress } from './progress.ts';

/** Opens the folder or the expression; with a saved scene, the frames of the folder that are in it. */
export async function openSource(
  args: EvalDataArguments,
  { progress, signal, scene }: { progress: Progress; signal: AbortSignal; scene: Reconstruction | undefined },
): Promise<EvalSource> {
  const { data, pairs, seed, datasetModule, minOverlap = 0.3, maxOverlap = 1, every, scenes, views } = args;
  if (isExpression(data)) {
    const { openExpressionSource } = await import('#eval/sources/expression-source.ts');
    return openExpressionSource(data, { pairs, seed, modules: datasetModule === undefined ? [] : [datasetModule] });
  }
  const { openFolderSource } = await import('#eval/sources/folder-source.ts');
  return openFolderSource(data, {
    ...{ pairs, seed, overlap: [minOverlap, maxOverlap], every, scenes, views, signal },
    ...(scene ? { only: await framesOf(scene) } : {}),
    onProgress: (done, total) => progress.update(done, total, 'measuring overlaps'),
  });
}

async function framesOf({ views }: Reconstruction): Promise<(name: string) => boolean> {
  const { frameStem } = await import('#eval/saved-scene-method.ts');
  const stems = new Set(views.map(({ name }) => frameStem(name)));
  return (name) => stems.has(frameStem(name));
}
