import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isWithin } from '#test/golden/report.ts';
import { checkTrain } from '#test/golden/train.ts';
import { useBackend } from '#test/support/backend.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { changeTensor, copyGolden, goldenFolder } from './altered-folder.ts';
import { expectWithin } from './golden-folder.ts';

useBackend();
const temporary = useTemporaryFolder();

describe("golden/train: the reference's training", () => {
  it('has the same schedule, losses, gradients and weights after the last step', async () => {
    const reports = await checkTrain(goldenFolder);
    expectWithin(reports);
    const compared = reports.filter(({ missing }) => !missing);
    expect(compared.map(({ file, comparisons }) => `${file} ${comparisons.length}`)).toEqual([
      'train/lr_schedule.json 3',
      'train/freeze_encoder.safetensors 575',
    ]);
  });

  it('fails in a gradient and in a final weight that differ', async () => {
    const file = 'train/freeze_encoder.safetensors';
    const start = 'model/linear.weights.safetensors';
    const folder = await copyGolden(temporary('train'), [file, 'train/freeze_encoder.json', start]);
    for (const name of ['grad0.enc_norm.bias', 'final.dec_blocks.0.attn.qkv.bias'])
      await changeTensor(join(folder, file), name, (values) => {
        values[0] = (values[0] as number) + 1;
      });
    const report = (await checkTrain(folder)).find((each) => each.file === file);
    const failed = report?.comparisons.filter((comparison) => !isWithin(comparison)).map(({ name }) => name);
    expect(failed).toEqual(['grad0.enc_norm.bias', 'final.dec_blocks.0.attn.qkv.bias']);
  });
});
