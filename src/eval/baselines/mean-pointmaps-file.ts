import { openSafetensors } from '#weights/safetensors.ts';
import { writeSafetensors } from '#weights/safetensors-write.ts';
import type { MeanPointmaps } from './mean-pointmaps.ts';

const format = 'dust3r-mean-pointmaps';
/** A file's header must not make us read more. */
const mostCells = 1024;

const shapesOf = (size: number) => ({ view1: [size, size, 3], view2: [size, size, 3], baseline: [3] });

/** Writes them as a .safetensors file: 98 KB at a size of 64. @throws Error, one line that names the file */
export async function saveMeanPointmaps(path: string, mean: MeanPointmaps): Promise<void> {
  const { size, source, pairs } = mean;
  const shapes = Object.entries(shapesOf(size)) as ['view1' | 'view2' | 'baseline', number[]][];
  const tensors = shapes.map(([name, shape]) => ({ name, shape, data: () => mean[name] }));
  await writeSafetensors(path, tensors, { metadata: { format, source, pairs: String(pairs) } });
}

/** @throws Error, one line that names the file and what is wrong with it */
export async function loadMeanPointmaps(path: string): Promise<MeanPointmaps> {
  const archive = await openSafetensors(path);
  try {
    const { metadata, tensors } = archive;
    const size = tensors.get('view1')?.shape[0] ?? 0;
    const pairs = Number(metadata['pairs']);
    const isOurs =
      metadata['format'] === format &&
      pairs > 0 &&
      size <= mostCells &&
      Object.entries(shapesOf(size)).every(([name, shape]) => tensors.get(name)?.shape.join() === shape.join());
    if (!isOurs)
      throw new Error(`${path}: expected mean pointmaps that saveMeanPointmaps wrote, found another kind of file`);
    const read = (name: string) => archive.readFloat32(name);
    const [view1, view2, baseline] = [await read('view1'), await read('view2'), await read('baseline')];
    if (![view1, view2, baseline].every((values) => values.every(Number.isFinite)))
      throw new Error(`${path}: its points are not all finite; make the file anew`);
    return { size, view1, view2, baseline, source: metadata['source'] ?? '', pairs };
  } finally {
    await archive.close();
  }
}
