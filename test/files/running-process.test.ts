import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from '@jest/globals';
import { isRunning } from '#files/running-process.ts';

it('knows a process that runs from one that has ended', async () => {
  expect(isRunning(process.pid)).toBe(true);
  const child = spawn(process.execPath, ['--version']);
  await once(child, 'close');
  expect(isRunning(child.pid as number)).toBe(false);
});
