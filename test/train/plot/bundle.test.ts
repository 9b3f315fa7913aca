import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { buildPlotScript, bundlePlotScript } from '#train/plot/bundle.ts';

describe('train/plot/bundle', () => {
  const inFolder = useTemporaryFolder();

  it('writes for the package what a clone bundles on the fly, with the licence of uPlot, in less than 0.1 MB', async () => {
    await buildPlotScript(inFolder('plot/page.js'));
    const script = await bundlePlotScript();
    expect(await readFile(inFolder('plot/page.js'), 'utf8')).toBe(script);
    expect(script).toContain('Copyright (c)');
    expect(script.length).toBeLessThan(1e5);
  });
});
