import { describe, expect, it } from '@jest/globals';
import { averagePointmaps } from '#eval/baselines/mean-pointmaps.ts';
import { loadMeanPointmaps, saveMeanPointmaps } from '#eval/baselines/mean-pointmaps-file.ts';
import { openBaseline } from '#eval/baselines/open-baseline.ts';
import { roomPair, sourceOf } from '#test/eval/room-pairs.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { writeSafetensors } from '#weights/safetensors-write.ts';

describe('eval/baselines/mean-pointmaps-file', () => {
  const inFolder = useTemporaryFolder();

  it('reads back what it wrote', async () => {
    const mean = await averagePointmaps(sourceOf([roomPair()]), { size: 16 });
    await saveMeanPointmaps(inFolder('mean.safetensors'), mean);
    expect(await loadMeanPointmaps(inFolder('mean.safetensors'))).toEqual(mean);
    const method = await openBaseline('constant', { constantFrom: inFolder('mean.safetensors') });
    expect(method.settings).toEqual({ source: 'rooms', pairs: 1, size: 16 });
  });

  it('refuses other files, wrong shapes and points that are not finite', async () => {
    const write = (name: string, view2: Float32Array, metadata: Record<string, string>) =>
      writeSafetensors(
        inFolder(name),
        [
          { name: 'view1', shape: [2, 2, 3], data: () => new Float32Array(12) },
          { name: 'view2', shape: [view2.length / 6, 2, 3], data: () => view2 },
          { name: 'baseline', shape: [3], data: () => new Float32Array(3) },
        ],
        { metadata },
      );
    const metadata = { format: 'dust3r-mean-pointmaps', source: 'rooms', pairs: '1' };
    await write('foreign.safetensors', new Float32Array(12), { format: 'pt' });
    await write('shape.safetensors', new Float32Array(18), metadata);
    await write('pairs.safetensors', new Float32Array(12), { ...metadata, pairs: 'many' });
    await write('nan.safetensors', new Float32Array(12).fill(Number.NaN), metadata);
    for (const name of ['foreign', 'shape', 'pairs'])
      await expect(loadMeanPointmaps(inFolder(`${name}.safetensors`))).rejects.toThrow(
        `${name}.safetensors: expected mean pointmaps that saveMeanPointmaps wrote`,
      );
    await expect(loadMeanPointmaps(inFolder('nan.safetensors'))).rejects.toThrow('are not all finite');
  });
});
