import { readdir } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { openCheckpoint } from '#weights/open-checkpoint.ts';
import { dust3r, inPairs, type Outcome } from './command-line.ts';

const temporary = useTemporaryFolder();
const croco = 'test/fixtures/golden/checkpoints/croco_like.pth';
let asJson: Outcome;
let asText: Outcome;
beforeAll(async () => {
  [asJson, asText] = (await inPairs(
    [
      ['convert', croco, temporary('json'), '--json', '--storage', 'bfloat16', '--seed', '3'],
      ['convert', croco, temporary('text')],
    ],
    (args) => dust3r(...args),
  )) as [Outcome, Outcome];
});

describe('cli/convert: dust3r convert', () => {
  it('prints one JSON value on stdout and nothing else with --json', () => {
    expect([asJson.code, asJson.stderr]).toEqual([0, '']);
    expect(JSON.parse(asJson.stdout)).toMatchObject({
      output: temporary('json'),
      config: { head_type: 'linear', enc_embed_dim: 48, enc_depth: 2, enc_num_heads: 4, conf_mode: ['exp', 1, 'inf'] },
      isDecoderCopied: true,
      left: ['prediction_head.weight', 'prediction_head.bias'],
    });
    expect(JSON.parse(asJson.stdout).drawn).toHaveLength(4);
  });

  it('makes the folder, in the storage that is asked for', async () => {
    for (const [name, dtype] of [
      ['json', 'BF16'],
      ['text', 'F32'],
    ] as const) {
      expect((await readdir(temporary(name))).sort()).toEqual(['config.json', 'model.safetensors']);
      const { archive } = await openCheckpoint(temporary(name));
      expect(archive.tensors.get('enc_norm.bias')?.dtype).toBe(dtype);
      await archive.close();
    }
  });

  it('tells people what became of the checkpoint, and on what terms', () => {
    expect([asText.code, asText.stderr]).toEqual([0, 'writing MiB\n']);
    expect(asText.stdout.split('\n')).toEqual([
      `${temporary('text')}: linear head, encoder 48/2/4, decoder 32/2/4`,
      'the source has one decoder: the second starts as its copy',
      '4 drawn anew, since the source does not have them:',
      ...[1, 2].flatMap((i) => [`  downstream_head${i}.proj.weight`, `  downstream_head${i}.proj.bias`]),
      '2 left in the source, since this network has no place for them:',
      '  prediction_head.weight',
      '  prediction_head.bias',
      expect.stringMatching(/^licence: the source names none; .*CC BY-NC-SA 4\.0, non-commercial\)$/),
      '',
    ]);
  });
});
