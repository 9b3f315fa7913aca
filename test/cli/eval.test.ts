import { cp, readdir, readFile, rm } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { evalCommand } from '#cli/eval.ts';
import { writeScene } from '#reconstruct/scene-file.ts';
import { writePosedRgbd } from '#test/data/rgbd-folder.ts';
import { roomWalk } from '#test/data/room.ts';
import { trueScene } from '#test/eval/room-pairs.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { dust3r, inPairs, type Outcome } from './command-line.ts';

type EvalArguments = Parameters<typeof evalCommand.handler>[0];

const temporary = useTemporaryFolder();
let network: Outcome;
let saved: Outcome;
let wrong: Outcome;
beforeAll(async () => {
  process.env['DUST3R_CACHE'] = temporary('cache');
  const cameras = roomWalk(4, 40);
  await writePosedRgbd(temporary('room'), cameras);
  await writeScene(temporary('scene'), trueScene(cameras));
  const tiny = ['--random-weights', 'tiny', '--size', '32', '--backend', 'wasm', '--min-confidence', '1'];
  const room = ['eval', 'all', temporary('room'), '--pairs', '2'];
  [network, saved, wrong] = (await inPairs(
    [
      [...room, ...tiny, '--scenes', '1', '--views', '3', '--output', temporary('out')],
      [...room, '--scene', temporary('scene'), '--json'],
      ['eval', 'everything', temporary('room')],
    ],
    (args) => dust3r(...args),
  )) as [Outcome, Outcome, Outcome];
});

describe('cli/eval: dust3r eval', () => {
  it('scores a network on pairs and scenes of a folder, and tells its stages on stderr', () => {
    expect(network.stderr.trimEnd().split('\n')).toEqual([
      'measuring overlaps',
      expect.stringMatching(/^engine: wasm/),
      'evaluating pairs',
      'evaluating scenes',
    ]);
    expect(network.code).toBe(0);
    expect(network.stdout).toMatch(/room: 2 pairs and 1 scene$/m);
    expect(network.stdout).toMatch(/^in % +RRA@5 +RRA@15 .* AbsRel .* points .* scenes mAA .* pairs\/s$/m);
    expect(network.stdout).toMatch(/^dust3r +\d+\.\d /m);
    expect(network.stdout).toMatch(/The weights are random/);
  });

  it('writes the report and a page', async () => {
    expect((await readdir(temporary('out'))).sort()).toEqual(['eval.json', 'index.html']);
    const report = JSON.parse(await readFile(temporary('out/eval.json'), 'utf8'));
    expect(report).toMatchObject({ format: 'dust3r-eval', version: 1, tasks: ['pose', 'depth', 'pointmap'] });
    expect(report.methods[0].settings).toMatchObject({ weights: 'random tiny', backend: 'wasm', size: 32 });
    expect(report.pairs).toHaveLength(2);
  });

  it('finds nothing wrong with a saved scene that is the truth', () => {
    expect([saved.code, saved.stderr]).toEqual([0, '']);
    const { methods, scenes } = JSON.parse(saved.stdout);
    expect(scenes[0].names).toEqual(['0000', '0001', '0002', '0003']);
    expect(methods[0]).toMatchObject({
      name: 'saved scene',
      pose: { rra5: 1, rta5: 1, maa30: 1 },
      depth: { failed: 0, inliers103: 1 },
      trajectory: { registered: 1, pose: { maa30: 1 } },
    });
    expect(methods[0].pointmap.error).toBeLessThan(0.005);
  });

  it('refuses in one line what it cannot do', async () => {
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toMatch(/^dust3r: .*everything/m);
    await cp(temporary('room'), temporary('no-poses'), { recursive: true });
    await rm(temporary('no-poses/poses.txt'));
    const base = { what: 'all', pairs: 2, every: 1, scenes: 0, views: 3, seed: 0, batchSize: 2, json: true };
    const run = (args: object) =>
      Promise.resolve(evalCommand.handler({ ...base, randomWeights: 'tiny', ...args } as unknown as EvalArguments));
    const refused: readonly [object, RegExp][] = [
      [{ data: temporary('no-poses') }, /poses\.txt: no such file$/],
      [{ data: temporary('out') }, /out: no posed RGB-D frames there/],
      [{ data: 'Nothing(resolution=64)' }, /no dataset is called Nothing; known: /],
      [{ data: 'Nothing(resolution=64)', scenes: 1 }, /^--scenes: only for a folder; a dataset expression says itself/],
      [{ data: temporary('room'), randomWeights: undefined }, /^eval: expected --checkpoint <folder>, got none/],
      [
        { data: temporary('room'), randomWeights: undefined, checkpoint: 'gone' },
        /^--checkpoint gone: there is no such/,
      ],
      [{ data: temporary('room'), minOverlap: 0.8, maxOverlap: 0.2 }, /^--min-overlap, --max-overlap: expected shares/],
      [{ data: temporary('room'), pairs: -1 }, /^--pairs: expected a whole number from 0 on, got -1$/],
      [{ data: temporary('room'), baseline: 'orb' }, /^--baseline: expected constant, colmap, .*, got "orb"$/],
      [
        { data: temporary('room'), baseline: 'constant' },
        /^--baseline constant: name the training set by --constant-from/,
      ],
      [{ data: temporary('room'), randomWeights: undefined, scene: temporary('gone') }, /there is no such scene/],
    ];
    for (const [args, message] of refused) await expect(run(args)).rejects.toThrow(message);
  });
});
