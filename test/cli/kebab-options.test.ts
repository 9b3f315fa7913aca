import { describe, expect, it } from '@jest/globals';
import { kebabOptions } from '#cli/kebab-options.ts';

describe('cli/kebab-options: kebabOptions', () => {
  it("spells the original's flags with dashes and leaves values alone", () => {
    const given = [
      'train',
      '--train_dataset= + 10 @ A(aug_crop=16)',
      '--output_dir',
      'my_run',
      '--lr=1e-06',
      '-c',
      'a_b',
    ];
    expect(kebabOptions(given)).toEqual([
      ...['train', '--train-dataset= + 10 @ A(aug_crop=16)', '--output-dir', 'my_run', '--lr=1e-06', '-c', 'a_b'],
    ]);
  });
});
