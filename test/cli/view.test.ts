import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { complaints, dust3r, inPairs } from './command-line.ts';

describe('cli/view', () => {
  const inFolder = useTemporaryFolder();

  it('prints where it serves the folder, serves it, and ends with Ctrl-C', async () => {
    mkdirSync(inFolder('scene'));
    writeFileSync(inFolder('scene/index.html'), 'the page');
    const { NODE_OPTIONS: _, ...env } = process.env;
    const args = ['--import', 'tsx', resolve('src/cli/main.ts'), 'view', inFolder('scene'), '--port', '0'];
    const child = spawn(process.execPath, args, { env });
    const ended = new Promise<number | null>((done) => child.on('exit', done));
    try {
      const line = await new Promise<string>((done) => child.stdout.once('data', (data) => done(String(data))));
      expect(line).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/ shows .*scene; Ctrl-C ends\n$/);
      expect(await (await fetch(line.split(' ')[0] ?? '')).text()).toBe('the page');
      child.kill('SIGINT');
      expect(await ended).toBe(0);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('refuses a folder without the viewer, and a port that is none, with one line', async () => {
    mkdirSync(inFolder('other'));
    const outcomes = await inPairs(
      [
        ['view', inFolder('other')],
        ['view', inFolder('other'), '--port', '70000'],
      ],
      (args) => dust3r(...args),
    );
    expect(outcomes.map(({ code }) => code)).toEqual([1, 1]);
    expect(outcomes.flatMap(complaints)).toEqual([
      expect.stringContaining("other: expected a folder with the viewer's index.html"),
      'dust3r: --port: expected a whole number from 0 to 65535, got 70000',
    ]);
  });
});
