import { describe, expect, it } from '@jest/globals';
import { checkFile, isWithin, relativeError, reportLine } from '#test/golden/report.ts';

describe('golden/report: relativeError', () => {
  it('is the largest difference over the largest expected value', () => {
    expect(relativeError([1, 2, -8.5], [1, 2.25, -8])).toBe(0.5 / 8);
    expect(relativeError([0, 0], [0, 0])).toBe(0);
    expect(relativeError([], [])).toBe(0);
  });

  it('is infinite where nothing can be compared', () => {
    expect(relativeError([1, 2], [1])).toBe(Number.POSITIVE_INFINITY);
    expect(relativeError([Number.NaN], [1])).toBe(Number.POSITIVE_INFINITY);
    expect(relativeError([1], [Number.NaN])).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('golden/report: checkFile and reportLine', () => {
  const [folder, file] = ['test/golden-run', 'report.test.ts'] as const;
  const lineOf = async (compare: Parameters<typeof checkFile>[2]) => {
    const report = await checkFile(folder, [file], compare);
    return { line: reportLine(report), isPassed: report.comparisons.every(isWithin) };
  };

  it('show the worst comparison in units of its tolerance', async () => {
    const comparisons = [
      { name: 'coarse', error: 0.02, tolerance: 0.1 },
      { name: 'fine', error: 0.001, tolerance: 0.002 },
      { name: 'exact', error: 0, tolerance: 0 },
    ];
    expect(await lineOf(() => comparisons)).toEqual({
      line: `ok    ${file}: worst relative error 1.00e-3 (tolerance 0.002) at fine, 3 comparisons`,
      isPassed: true,
    });
    expect(await lineOf(() => [...comparisons, { name: 'bad', error: 0.3, tolerance: 0.2 }])).toEqual({
      line: `FAIL  ${file}: worst relative error 3.00e-1 (tolerance 0.2) at bad, 4 comparisons`,
      isPassed: false,
    });
  });

  it('name the file that is missing', async () => {
    const report = await checkFile(folder, [file, 'absent.json'], () => []);
    expect(reportLine(report)).toBe(`skip  ${file}: the folder lacks absent.json`);
  });

  it('count as failed what could not be compared, and say why', async () => {
    expect(await lineOf(() => [])).toMatchObject({ isPassed: false });
    const { line, isPassed } = await lineOf(() => {
      throw new Error('no tensor "out"');
    });
    expect([isPassed, line]).toEqual([
      false,
      `FAIL  ${file}: worst relative error Infinity (tolerance 0) at no tensor "out", 1 comparison`,
    ]);
  });
});
