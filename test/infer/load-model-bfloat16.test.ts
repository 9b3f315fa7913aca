import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { chooseBackend } from '#backend/choose.ts';
import { loadModel } from '#infer/load-model.ts';
import { hasBfloat16 } from '#tensor/packed-weight.ts';
import { useBackend } from '#test/support/backend.ts';
import { randomModel, tinyLinear } from '#test/support/tiny-model.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { weightsOf, writeHubFolder } from './hub-folder.ts';
import { tensorsLeftBy } from './left-behind.ts';

useBackend();
const temporary = useTemporaryFolder();

async function smallFolder(): Promise<string> {
  const model = randomModel(tinyLinear);
  const folder = await writeHubFolder(temporary('weights'), weightsOf(model), { config: tinyLinear });
  model.dispose();
  return folder;
}

describe('infer/load-model: loadModel, in bfloat16', () => {
  it('rounds the products, holds one tensor a weight and frees them all', async () => {
    const folder = await smallFolder();
    if (!hasBfloat16()) return console.warn(`bfloat16: not tested, since the engine is ${tf.getBackend()}`);
    const left = await tensorsLeftBy(async () => {
      const before = tf.memory().numTensors;
      const model = await loadModel(folder, { precision: 'bfloat16' });
      const weights = [...model.weights().values()];
      expect(tf.memory().numTensors - before).toBe(weights.length);
      expect(weights.filter(({ dtype }) => dtype === 'int32')).toHaveLength(4 * 2 + 16 * 2);
      model.dispose();
    });
    expect(left).toBe(0);
  });

  it('is refused for training', async () => {
    const folder = await smallFolder();
    if (!hasBfloat16()) return console.warn(`bfloat16: not tested, since the engine is ${tf.getBackend()}`);
    await expect(loadModel(folder, { precision: 'bfloat16', forTraining: true })).rejects.toThrow('cannot be trained');
  });

  it('frees what it has when it is aborted', async () => {
    const folder = await smallFolder();
    if (!hasBfloat16()) return console.warn(`bfloat16: not tested, since the engine is ${tf.getBackend()}`);
    const abort = new AbortController();
    const onProgress = ({ done }: { done: number }) => (done === 20 ? abort.abort(new Error('enough')) : undefined);
    const load = () => loadModel(folder, { precision: 'bfloat16', signal: abort.signal, onProgress });
    expect(await tensorsLeftBy(() => expect(load()).rejects.toThrow('enough'))).toBe(0);
  });

  it('is refused before anything is loaded on an engine that has none', async () => {
    const folder = await smallFolder();
    await chooseBackend('cpu');
    const load = () => loadModel(folder, { precision: 'bfloat16' });
    const left = await tensorsLeftBy(() =>
      expect(load()).rejects.toThrow('precision bfloat16: expected the native engine on a CPU, which alone has it'),
    );
    expect(left).toBe(0);
  });
});
