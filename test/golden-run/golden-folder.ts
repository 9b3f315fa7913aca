import { expect, it } from '@jest/globals';
import { checkModel } from '#test/golden/model.ts';
import { type FileReport, isWithin, reportLine } from '#test/golden/report.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { copyGolden, goldenFolder } from './altered-folder.ts';

/** Every comparison holds; a failure shows the line that `npm run golden` prints. */
export function expectWithin(reports: readonly FileReport[]): void {
  const failed = reports.filter(({ comparisons }) => !comparisons.every(isWithin));
  expect(failed.map(reportLine)).toEqual([]);
}

const rope = 'model/rope2d.safetensors 1';

/** The network against the reference, layer by layer: both heads, and portrait images stored as landscape. */
export function itAgreesOnTheModel(): void {
  it("computes the reference's network, every layer of it", async () => {
    const reports = await checkModel(goldenFolder);
    expectWithin(reports);
    expect(comparedIn(reports)).toEqual([
      rope,
      ...['model/linear.safetensors 17', 'model/dpt.safetensors 35'],
      ...['model/linear_many_ar.safetensors 17', 'model/dpt_many_ar.safetensors 35'],
    ]);
  });
}

/** The same for engines that take long: each head once, on images of both orientations. */
export function itAgreesOnMixedOrientations(): void {
  const temporary = useTemporaryFolder();
  it("computes the reference's network on images of both orientations", async () => {
    const networks = ['linear', 'dpt'].flatMap((head) => [
      `model/${head}_many_ar.safetensors`,
      `model/${head}_many_ar.json`,
      `model/${head}.weights.safetensors`,
    ]);
    const reports = await checkModel(await copyGolden(temporary('model'), ['model/rope2d.safetensors', ...networks]));
    expectWithin(reports);
    expect(comparedIn(reports)).toEqual([
      rope,
      ...['model/linear_many_ar.safetensors 17', 'model/dpt_many_ar.safetensors 35'],
    ]);
  });
}

/** Each file that was compared, with the number of comparisons. */
function comparedIn(reports: readonly FileReport[]): string[] {
  return reports.filter(({ missing }) => !missing).map(({ file, comparisons }) => `${file} ${comparisons.length}`);
}
