import { mkdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import type { PlotData } from '#train/plot/plot-data.ts';
import { renderPlot } from '#train/plot/render-plot.ts';
import { writeEmptyRun, writeRun } from './small-runs.ts';

function dataOf(html: string): PlotData {
  return JSON.parse(/<script type="application\/json" id="data">(.*)<\/script>/.exec(html)?.[1] ?? '');
}

describe('train/plot/render-plot', () => {
  const inFolder = useTemporaryFolder();
  const makeRun = (name: string) => {
    mkdirSync(inFolder(name), { recursive: true });
    writeEmptyRun(inFolder(name));
    return inFolder(name);
  };

  it('tells runs of one name apart by their folders, and takes a run that is given twice once', async () => {
    const folders = [makeRun('a/tiny'), makeRun('b/tiny'), `${makeRun('a/tiny')}/`];
    expect(dataOf(await renderPlot(folders)).runs.map(({ name }) => name)).toEqual(['a/tiny', 'b/tiny']);
  });

  it('lets no name or value end the element it stands in', async () => {
    const html = await renderPlot([makeRun('<script>alert(1)<!--')]);
    expect(html).not.toContain('<script>alert');
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    expect(dataOf(html).runs[0]?.name).toBe('<script>alert(1)<!--');
  });

  it('holds as many sample pictures as it is asked to', async () => {
    const folder = makeRun('run');
    writeRun(folder, 3);
    const counts = [0, 2, 24].map(
      async (samples) => dataOf(await renderPlot([folder], { samples })).samples[0]?.pictures.length,
    );
    expect(await Promise.all(counts)).toEqual([0, 2, 3]);
  });

  it('refuses to draw nothing', async () => {
    await expect(renderPlot([])).rejects.toThrow('at least one run');
  });
});
