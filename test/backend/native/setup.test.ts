import { readdir } from 'node:fs/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { librarySources } from '#backend/native/library.ts';
import { findNative, setupNative } from '#backend/native/setup.ts';
import { useTemporary } from '../temporary.ts';

describe('backend/native/setup: setupNative, where nothing can be had', () => {
  const temporary = useTemporary();

  beforeEach(() => {
    process.env['DUST3R_CACHE'] = temporary.path('cache');
    process.env['DUST3R_LIBTENSORFLOW'] = temporary.path('nowhere');
    process.env['PATH'] = temporary.path();
    process.env['TFJS_NODE_CDN_STORAGE'] = 'http://127.0.0.1:9/';
  });

  it('gives a reason for each way that it tried, in order', async () => {
    const stages: string[] = [];
    const result = await setupNative({ onStage: (line) => stages.push(line) });
    expect(result).toEqual({
      engine: undefined,
      reasons: [
        expect.stringMatching(/^DUST3R_LIBTENSORFLOW=.*nowhere: .*expected libtensorflow_cc/),
        expect.stringMatching(/^pip install tensorflow.*: no pip: tried python3 -m pip/),
        expect.stringMatching(/^the archive of libtensorflow: /),
      ],
    });
    expect(stages).toHaveLength(3);
    expect(await findNative()).toBeUndefined();
    expect(await readdir(temporary.path('cache', 'engines'))).toEqual(['last-failure.json']);
  });

  it('believes a failure for a while, unless it is forced or there is another way', async () => {
    await setupNative();
    const again = await setupNative();
    expect(!again.engine && again.reasons.at(-1)).toBe('tried 0 minutes ago; --force tries again');
    const stages: string[] = [];
    await setupNative({ force: true, onStage: (line) => stages.push(line) });
    expect(stages).toHaveLength(3);
    delete process.env['DUST3R_LIBTENSORFLOW'];
    await setupNative({ onStage: (line) => stages.push(line) });
    expect(stages).toHaveLength(5);
  });

  it('prefers the library that the environment names', async () => {
    const [first, ...rest] = await librarySources();
    expect(first?.title).toContain('DUST3R_LIBTENSORFLOW');
    expect(rest.map((source) => source.device)).toEqual(['cpu', 'cpu']);
  });
});
