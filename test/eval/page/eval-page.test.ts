import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { renderEvalPage, writeEvalPage } from '#eval/page/eval-page.ts';
import type { EvalReport } from '#eval/report.ts';
import type { EvalSample } from '#eval/sample.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { smallEvaluation } from './small-report.ts';

describe('eval/page/eval-page', () => {
  const inFolder = useTemporaryFolder();
  let report: EvalReport;
  let samples: readonly EvalSample[];
  let page = '';
  beforeAll(async () => {
    ({ report, samples } = await smallEvaluation());
    page = renderEvalPage(report, samples);
  });

  /** The cells of a method's row in the table of that caption. */
  const row = (caption: string, method: string) => {
    const table = page.split('<table').find((text) => text.includes(`<caption>${caption}</caption>`)) ?? '';
    const text = table.split('<tr>').find((line) => line.includes(`</svg>${method}</th>`)) ?? '';
    return [...text.matchAll(/<td>(.*?)<\/td>/g)].map((cell) => cell[1]?.replace(/<[^>]*>/g, ''));
  };

  it('has a row for every method in every table, with its scores', () => {
    for (const caption of ['Relative pose of pairs', 'Time'])
      for (const method of ['erring &amp; &lt;slow&gt;', 'right', 'nothing'])
        expect(row(caption, method)).not.toEqual([]);
    // Rotations 3°, 6°, 9° and 12° off.
    expect(row('Relative pose of pairs', 'erring &amp; &lt;slow&gt;').slice(0, 2)).toEqual(['25.0 %', '100.0 %']);
    expect(row('Relative pose of pairs', 'right').slice(0, 2)).toEqual(['100.0 %', '100.0 %']);
    expect(row('Relative pose of pairs', 'nothing').slice(0, 2)).toEqual(['0.0 %', '0.0 %']);
    const absRel = report.methods[0]?.depth?.absRel as number;
    expect(row('Depth', 'erring &amp; &lt;slow&gt;')[0]).toBe(`${(100 * absRel).toFixed(1)} %`);
    expect(row('Depth', 'nothing')[0]).toBe('–');
    expect(row('Whole scenes', 'right')).toContain('100.0 %');
  });

  it('prints the best of a column bold', () => {
    const table = page.split('<table').find((text) => text.includes('<caption>Depth</caption>')) ?? '';
    const bold = table.split('<tr>').map((line) => (line.match(/<strong>/g) ?? []).length);
    expect(bold).toEqual([0, 0, 0, 6, 0]);
  });

  it('has every chart, with its values as a table', () => {
    expect([...page.matchAll(/<figcaption><h3>(.*?)<\/h3>/g)].map((title) => title[1])).toEqual([
      'Rotation error',
      'Translation error',
      'Rotation and translation error',
      'AbsRel of images',
      'Error by confidence',
      'Error without the least confident',
      'Pose error against overlap',
      'AbsRel against overlap',
      'Pointmap error against overlap',
    ]);
    const table = page.split('<table').find((text) => text.includes('<caption>Rotation error: share of pairs')) ?? '';
    // Below 7°: the first two of four.
    expect(table).toContain('<th scope="row">7°</th><td>50 %</td><td>100 %</td><td>0 %</td>');
  });

  it('shows the best, the middle and the worst pair of each method with maps', () => {
    const titles = [...page.matchAll(/<h4>(.*?)<\/h4>/g)].map((title) => title[1]);
    expect(titles.slice(0, 3)).toEqual([
      'best: &lt;room&gt; 0.35 · view-0 and view-1, overlap 35.0 %',
      'median: &lt;room&gt; 0.5 · view-0 and view-1, overlap 50.0 %',
      'worst: &lt;room&gt; 0.95 · view-0 and view-1, overlap 95.0 %',
    ]);
    expect(titles.length).toBe(6);
    expect(page.match(/src="data:image\/png;base64,/g)?.length).toBe(60);
  });

  it('asks for nothing from elsewhere, and says how it was measured', () => {
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<script|(src|href)="(?!data:)/);
    for (const name of Object.keys(report.protocol)) expect(page).toContain(`<dt>${name.replace('<', '&lt;')}</dt>`);
  });

  it('leaves out what was not measured', async () => {
    const poseOnly: EvalReport = {
      ...report,
      tasks: ['pose'],
      pairs: report.pairs.map((pair) => ({ ...pair, overlap: null })),
      scenes: [],
      methods: report.methods.map(({ depth: _, pointmap, calibration, trajectory, ...rest }) => ({
        ...rest,
        scenes: [],
        pairs: rest.pairs.map(({ seconds, pose }) => ({ seconds, ...(pose ? { pose } : {}) })),
      })),
    };
    const path = await writeEvalPage(inFolder('new/folder'), poseOnly, []);
    const written = readFileSync(path, 'utf8');
    expect(path).toBe(inFolder('new/folder/index.html'));
    expect([...written.matchAll(/<caption>(.*?)<\/caption>/g)].map((title) => title[1])).toEqual([
      'Relative pose of pairs',
      'Time',
      'Rotation error: share of pairs',
      'Translation error: share of pairs',
      'Rotation and translation error: share of pairs',
    ]);
    expect(written).not.toContain('Example pairs');
    writeFileSync(inFolder('file'), '');
    await expect(writeEvalPage(inFolder('file'), report, [])).rejects.toThrow('expected a folder');
  });
});
