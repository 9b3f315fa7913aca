import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildPageScript, bundlePageScript } from '#viewer/bundle.ts';

describe('viewer/bundle', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'viewer-bundle-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('writes for the package what a clone bundles on the fly', async () => {
    const file = join(folder, 'viewer', 'page.js');
    await buildPageScript(file);
    expect(await readFile(file, 'utf8')).toBe(await bundlePageScript());
  });

  it('stays below 0.8 MB', async () => {
    expect((await bundlePageScript()).length).toBeLessThan(0.8e6);
  });
});
