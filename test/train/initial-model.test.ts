import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { type ModelConfig, presetConfig } from '#model/config.ts';
import { weightsOf, writeHubFolder } from '#test/infer/hub-folder.ts';
import { useBackend } from '#test/support/backend.ts';
import { randomModel, tinyDpt } from '#test/support/tiny-model.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { completeConfig, type TrainSettings } from '#train/config.ts';
import { initialModel, modelConfig } from '#train/initial-model.ts';

useBackend();
const temporary = useTemporaryFolder();
const settings = (given: TrainSettings) => completeConfig({ trainDataset: 'none', ...given });
const linearConfig: ModelConfig = { ...tinyDpt, head: { type: 'linear' }, landscapeOnly: true };

async function hubFolder(name: string): Promise<string> {
  const model = randomModel(linearConfig);
  const folder = await writeHubFolder(temporary(name), weightsOf(model), { config: linearConfig });
  model.dispose();
  return folder;
}

describe('train/initial-model: modelConfig', () => {
  it('takes a preset, which then also trains on portrait photographs', () => {
    expect(modelConfig('tiny')).toEqual({ ...presetConfig('tiny'), patchEmbed: 'ManyAR_PatchEmbed' });
  });

  it("takes the original's constructor call", () => {
    const text = "AsymmetricCroCo3DStereo(pos_embed='RoPE100', img_size=(32, 48), enc_embed_dim=16, enc_num_heads=2)";
    expect(modelConfig(text)).toMatchObject({ imageSize: [32, 48], encoder: { dim: 16, depth: 12, heads: 2 } });
  });

  it.each([
    ['Dust3r(img_size=224)', 'expected "AsymmetricCroCo3DStereo(name=value, …)", got "Dust3r(img_size=224)"'],
    ['AsymmetricCroCo3DStereo(224)', 'expected "AsymmetricCroCo3DStereo(name=value, …)"'],
    ['AsymmetricCroCo3DStereo()', "pos_embed: expected 'RoPE<base>'"],
  ])('refuses %s', (text, message) => {
    expect(() => modelConfig(text)).toThrow(message);
  });
});

describe('train/initial-model: initialModel', () => {
  it('draws the same weights from the same seed', async () => {
    const draw = async (seed: number) => {
      const { model } = await initialModel(settings({ model: 'tiny', seed }));
      const values = [...(model.weights().get('decoder_embed.weight') as tf.Variable).dataSync()];
      model.dispose();
      return values;
    };
    expect(await draw(1)).toEqual(await draw(1));
    expect(await draw(1)).not.toEqual(await draw(2));
  });

  it('takes the network and the weights of a hub-like folder, and freezes what it is told to', async () => {
    const { model, drawn, left } = await initialModel(
      settings({ pretrained: await hubFolder('own'), freeze: 'encoder' }),
    );
    expect([drawn, left, model.config.head]).toEqual([[], [], { type: 'linear' }]);
    const isTrained = (name: string) => model.weights().get(name)?.trainable;
    expect(['patch_embed.proj.weight', 'enc_norm.weight'].map(isTrained)).toEqual([false, true]);
    model.dispose();
  });

  it('draws the heads anew where the checkpoint has another kind, and says what it left', async () => {
    const wanted =
      "AsymmetricCroCo3DStereo(pos_embed='RoPE100', img_size=(32, 48), enc_embed_dim=16, enc_depth=2, enc_num_heads=2, " +
      "dec_embed_dim=8, dec_depth=10, dec_num_heads=1, head_type='dpt')";
    const pretrained = await hubFolder('linear');
    const { model, drawn, left } = await initialModel(settings({ pretrained, model: wanted }));
    expect(drawn.every((name) => name.startsWith('downstream_head'))).toBe(true);
    expect([drawn.length > 20, left.length]).toEqual([true, 4]);
    model.dispose();
  });

  it('refuses another architecture and frees what it has loaded', async () => {
    const pretrained = await hubFolder('other');
    const before = tf.memory().numTensors;
    await expect(initialModel(settings({ pretrained, model: 'tiny' }))).rejects.toThrow(/of another shape/);
    expect(tf.memory().numTensors).toBe(before);
  });
});
