import { describe, expect, it } from '@jest/globals';
import { runCommand } from '#backend/native/command.ts';

const node = (script: string, timeoutMs?: number) =>
  runCommand(process.execPath, ['-e', script], timeoutMs ? { timeoutMs } : {});

describe('backend/native/command: runCommand', () => {
  it('returns what a program wrote to stdout', async () => {
    expect(await node('console.log("out"); console.error("err")')).toBe('out\n');
  });

  it('names the command, its status and the line that says what is wrong', async () => {
    const script =
      'console.error("a.cc:1: fatal error: no such header"); console.error("make: Error 2"); process.exit(3)';
    await expect(node(script)).rejects.toThrow(/exit status 3: a\.cc:1: fatal error: no such header$/);
  });

  it('rejects a program that does not exist', async () => {
    await expect(runCommand('dust3r-no-such-program', [])).rejects.toThrow('ENOENT');
  });

  it('ends a program that takes too long', async () => {
    await expect(node('setInterval(() => {}, 1000)', 200)).rejects.toThrow('SIGKILL');
  });

  it('keeps only the end of a long output', async () => {
    const out = await node('for (let i = 0; i < 20000; i++) console.log("line " + i)');
    expect(out.length).toBeLessThanOrEqual(20_000);
    expect(out.endsWith('line 19999\n')).toBe(true);
  });
});
