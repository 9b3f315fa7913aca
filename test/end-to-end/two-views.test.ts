import { readdir, readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Outcome, runNode } from '#test/cli/command-line.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const temporary = useTemporaryFolder();
let outcome: Outcome;
beforeAll(async () => {
  outcome = await runNode(['--import', 'tsx', 'examples/01-two-views.ts', temporary('scene')]);
});

describe('examples/01-two-views', () => {
  it('tells its engine, its steps and where the scene is, and that the weights are random', () => {
    const lines = outcome.stdout.trimEnd().split('\n');
    expect([outcome.code, outcome.stderr]).toEqual([0, '']);
    expect(lines[0]).toMatch(/^engine: (tensorflow|webgpu|wasm|cpu) \d+\.\d+\.\d+ \(.+\)$/);
    expect(lines).toContain('decode 4/4');
    expect(lines.at(-2)).toMatch(/^20 files in .*scene; open .*scene\/index\.html$/);
    expect(lines.at(-1)).toBe('The weights are random: the shapes mean nothing.');
  });

  it('writes the scene', async () => {
    const written = [
      'cameras.json',
      'index.html',
      'scene.glb',
      'scene.json',
      'scene.ply',
      'scene.safetensors',
      'view-0',
      'view-1',
    ];
    expect((await readdir(temporary('scene'))).sort()).toEqual(written);
    expect(await readFile(temporary('scene/index.html'), 'utf8')).toContain('Two photographs of an office');
  });
});
