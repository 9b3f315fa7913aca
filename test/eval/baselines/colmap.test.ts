import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openColmap } from '#eval/baselines/colmap.ts';
import type { EvalPair } from '#eval/method.ts';
import { relativePose, rotationErrorDeg } from '#eval/metrics/pose-error.ts';
import type { Matrix4 } from '#geometry/camera.ts';
import { translationOf } from '#geometry/rigid.ts';
import { roomPair } from '#test/eval/room-pairs.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { type FakeCommands, finding, writeFakeColmap } from './fake-colmap.ts';
import { patchworkPair } from './patchwork-pair.ts';

const pair = roomPair();

describe('eval/baselines/colmap', () => {
  const inFolder = useTemporaryFolder();
  const leftOver = () => readdirSync(inFolder('tmp'));
  const usualFolder = process.env['TMPDIR'];
  beforeAll(() => {
    mkdirSync(inFolder('tmp'));
    process.env['TMPDIR'] = inFolder('tmp');
  });
  afterAll(() => {
    if (usualFolder === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = usualFolder;
  });

  let fakes = 0;
  const fake = (commands: FakeCommands) => writeFakeColmap(inFolder(`colmap-${fakes++}`), commands);

  /** View 2 stands at (1, 0, 0) of a world that is camera 1's frame turned by 90° about z. */
  const found = finding('1 SIMPLE_PINHOLE 64 48 41.5 32 24', [
    '1 0.7071067811865476 0 0 0.7071067811865476 0 0 0 1 00000.png',
    '2 1 0 0 0 -1 0 0 1 00001.png',
  ]);

  it('gives the relative pose and the focal lengths of what the mapper found, and leaves no folder behind', async () => {
    const program = fake(found);
    const method = await openColmap({ program });
    const { view2ToView1, focalsPx, depths, pointmaps } = await method.estimatePair(pair);
    expect(method).toMatchObject({ name: 'colmap', settings: { version: '3.8', knownIntrinsics: false } });
    const expected = [0, -1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1];
    for (const [i, value] of expected.entries()) expect(view2ToView1?.[i]).toBeCloseTo(value, 12);
    expect(focalsPx).toEqual([41.5, 41.5]);
    expect([depths, pointmaps]).toEqual([undefined, undefined]);
    expect(leftOver()).toEqual([]);
    const log = readFileSync(`${program}.log`, 'utf8').split('\n');
    expect(log.filter(Boolean).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'offscreen help',
      'offscreen feature_extractor',
      'offscreen exhaustive_matcher',
      'offscreen mapper',
    ]);
    expect(log[1]).toContain('--ImageReader.single_camera 1 --ImageReader.camera_model SIMPLE_PINHOLE');
    expect(log[1]).toContain('--SiftExtraction.use_gpu 0');
    expect(log[3]).toContain('--Mapper.ba_refine_focal_length 1');
  });

  it('tells the true intrinsics only when asked to, camera by camera, with pixel centres at halves', async () => {
    const program = fake(found);
    const method = await openColmap({ program, knownIntrinsics: true });
    expect(method.name).toBe('colmap-known-k');
    const [first, second] = pair.views;
    const other = { ...second, camera: { ...second.camera, focalPx: [50, 51] as const } };
    await method.estimatePair({ ...pair, views: [first, other] });
    const log = readFileSync(`${program}.log`, 'utf8').split('\n');
    expect(log[1]).toContain('--ImageReader.camera_model PINHOLE --ImageReader.camera_params 40,40,32,24');
    expect(log[2]).toContain('--ImageReader.camera_model PINHOLE --ImageReader.camera_params 50,51,32,24');
    expect(log[4]).toContain('--Mapper.ba_refine_focal_length 0');
  });

  it('gives an empty estimate where the mapper finds no model, or crashes', async () => {
    for (const mapper of ['echo "ERROR: failed to create sparse model" >&2; exit 1', 'kill -SEGV $$']) {
      const method = await openColmap({ program: fake({ mapper }) });
      expect(await method.estimatePair(pair)).toEqual({});
    }
  });

  it('gives an empty estimate where only one of both views was placed', async () => {
    const one = finding('1 SIMPLE_PINHOLE 64 48 41.5 32 24', ['2 1 0 0 0 0 0 0 1 00001.png']);
    const method = await openColmap({ program: fake(one) });
    expect(await method.estimatePair(pair)).toEqual({});
    const scene = await method.estimateScene?.({ name: 'two', views: pair.views });
    expect(scene?.camToWorld.map((pose) => pose !== undefined)).toEqual([false, true]);
    expect(scene?.focalsPx).toEqual([undefined, 41.5]);
  });

  it('ends the evaluation where COLMAP refuses what it is asked, instead of counting failures', async () => {
    const refusal = 'echo "ERROR: unrecognised option \'--Mapper.init_min_tri_angle\'" >&2; exit 1';
    for (const command of ['mapper', 'feature_extractor']) {
      const method = await openColmap({ program: fake({ [command]: refusal }) });
      await expect(method.estimatePair(pair)).rejects.toThrow(
        `colmap ${command} ended with an error: ERROR: unrecognised option '--Mapper.init_min_tri_angle'`,
      );
    }
    expect(leftOver()).toEqual([]);
  });

  it('stops COLMAP when the time is up, which counts as a failure', async () => {
    const method = await openColmap({ program: fake({ mapper: 'exec sleep 60' }), limitSeconds: 0.5 });
    const start = performance.now();
    expect(await method.estimatePair(pair)).toEqual({});
    expect(performance.now() - start).toBeLessThan(20_000);
    expect(leftOver()).toEqual([]);
  });

  it('stops when the evaluation is aborted', async () => {
    const method = await openColmap({ program: fake({ mapper: 'exec sleep 60' }) });
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('enough')), 300);
    await expect(method.estimatePair(pair, { signal: stop.signal })).rejects.toThrow('enough');
    expect(leftOver()).toEqual([]);
  });

  it('says how to get COLMAP where it is not installed', async () => {
    await expect(openColmap({ program: inFolder('missing') })).rejects.toThrow(
      'missing: there is no such program; install COLMAP (Debian: apt-get install colmap), or leave this baseline out',
    );
    await expect(openColmap({ program: '/bin/true' })).rejects.toThrow('/bin/true: expected COLMAP');
  });

  const isInstalled = existsSync('/usr/bin/colmap');
  const itForReal = isInstalled ? it : it.skip;

  itForReal(
    `finds the pose of a rendered pair${isInstalled ? '' : ' (NOT RUN: there is no /usr/bin/colmap)'}`,
    async () => {
      const patchwork: EvalPair = patchworkPair();
      const [first, second] = patchwork.views;
      const method = await openColmap({ program: '/usr/bin/colmap', knownIntrinsics: true, threads: 2 });
      const { view2ToView1, focalsPx } = await method.estimatePair(patchwork);
      const truth = relativePose(first.camera.camToWorld, second.camera.camToWorld);
      expect(rotationErrorDeg(view2ToView1 as Matrix4, truth)).toBeLessThan(1);
      const [estimated, known] = [translationOf(view2ToView1 as Matrix4), translationOf(truth)];
      const cosine = estimated.reduce((sum, value, axis) => sum + value * (known[axis] as number), 0);
      expect(cosine / Math.hypot(...estimated) / Math.hypot(...known)).toBeGreaterThan(0.99);
      expect(focalsPx).toEqual([200, 200]);
    },
  );
});
