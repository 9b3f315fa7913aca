import { expect, it } from '@jest/globals';
import type { BackendName } from '#backend/choose.ts';
import { checkModel } from '#test/golden/model.ts';
import { type FileReport, isWithin, reportLine } from '#test/golden/report.ts';

/** The reference's numbers that are kept with the tests. */
export const goldenFolder = 'test/fixtures/golden';

/** Every comparison holds; a failure shows the line that `npm run golden` prints. */
export function expectWithin(reports: readonly FileReport[]): void {
  const failed = reports.filter(({ comparisons }) => !comparisons.every(isWithin));
  expect(failed.map(reportLine)).toEqual([]);
}

/** The network on one engine against the reference: both heads, and portrait images stored as landscape. */
export function itAgreesOnTheModel(engine: BackendName | 'auto'): void {
  it(`computes the reference's network on ${engine === 'auto' ? 'the best engine' : engine}, every layer of it`, async () => {
    const reports = await checkModel(goldenFolder);
    expectWithin(reports);
    expect(reports.flatMap(({ missing }) => missing ?? [])).toEqual([]);
    expect(reports.map(({ file, comparisons }) => `${file} ${comparisons.length}`)).toEqual([
      'model/rope2d.safetensors 1',
      ...['model/linear.safetensors 17', 'model/dpt.safetensors 35'],
      ...['model/linear_many_ar.safetensors 17', 'model/dpt_many_ar.safetensors 35'],
    ]);
  });
}
