import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { findNative } from '#backend/native/setup.ts';

/** A user's program, in the process of its own that it would have. */
const PROGRAM = `
import { chooseBackend } from './src/backend/choose.ts';
const { name, device } = await chooseBackend('tensorflow');
console.log(name, device);
`;

describe('backend/native/load: startNative', () => {
  it('works outside jest, keeps stderr clean and lets the process end', async () => {
    if (!(await findNative())) {
      console.warn('not tested: the native engine is not set up');
      return;
    }
    const args = ['--import', 'tsx', '--input-type=module', '-e', PROGRAM];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { timeout: 60_000 });
    expect(stdout).toMatch(/^tensorflow .+\n$/);
    expect(stderr).toBe('');
  });
});
