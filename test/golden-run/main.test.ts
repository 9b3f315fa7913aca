import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { inPairs, type Outcome, runNode } from '#test/cli/command-line.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { changeTensor, copyGolden } from './altered-folder.ts';

const temporary = useTemporaryFolder();
const files = ['align/pair_viewer.safetensors', 'data/load_images.json'];
let [right, wrong, empty]: readonly Outcome[] = [];
beforeAll(async () => {
  const folders = [await copyGolden(temporary('right'), files), await copyGolden(temporary('wrong'), files)];
  await changeTensor(join(temporary('wrong'), 'align/pair_viewer.safetensors'), 'out.focals', (values) => {
    values[0] = 1.01 * (values[0] as number);
  });
  const golden = (folder: string) =>
    runNode(['--import', 'tsx', resolve('test/golden/main.ts'), folder, '--backend', 'cpu']);
  [right, wrong, empty] = await inPairs([...folders, temporary('nowhere')], golden);
});

describe('golden/main: npm run golden', () => {
  it('prints a line a file, those that are missing too, and exits with 0', () => {
    const lines = right?.stdout.trimEnd().split('\n') ?? [];
    expect(lines[0]).toBe(`golden: ${temporary('right')} on cpu`);
    expect(lines.slice(1, -1).every((line) => /^(ok {4}|skip {2})\S+: /.test(line))).toBe(true);
    expect(lines.at(-1)).toBe('2 passed, 0 failed, 28 skipped');
    expect(right).toMatchObject({ code: 0, stderr: '' });
  });

  it('exits with 1 where a number is wrong, and names it', () => {
    expect(wrong?.stdout).toMatch(/^FAIL {2}align\/pair_viewer\.safetensors: .* at out\.focals, 4 comparisons$/m);
    expect(wrong?.stdout.trimEnd().split('\n').at(-1)).toBe('1 passed, 1 failed, 28 skipped');
    expect(wrong?.code).toBe(1);
  });

  it('exits with 1 where there was nothing to compare, as in a folder that is misspelt', () => {
    expect(empty?.stdout.trimEnd().split('\n').at(-1)).toBe('0 passed, 0 failed, 30 skipped');
    expect(empty?.code).toBe(1);
  });
});
