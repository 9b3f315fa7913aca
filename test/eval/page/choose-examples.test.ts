import { describe, expect, it } from '@jest/globals';
import { chooseExamples } from '#eval/page/choose-examples.ts';
import type { EvalReport } from '#eval/report.ts';
import type { EvalSample } from '#eval/sample.ts';
import { smallEvaluation } from './small-report.ts';

describe('eval/page/choose-examples', () => {
  it('takes the best, the middle and the worst, and each pair once', async () => {
    const { report, samples } = await smallEvaluation();
    const chosen = (some: readonly EvalSample[], of: EvalReport = report) =>
      chooseExamples(of, some)
        .get('erring & <slow>')
        ?.map(({ rank, sample }) => `${rank} ${sample.pair}`);
    expect(chosen(samples.toReversed())).toEqual(['best 0', 'median 1', 'worst 3']);
    expect(chosen(samples.filter(({ pair }) => pair < 1))).toEqual(['median 0']);
    expect(chosen(samples.filter(({ pair }) => pair < 2))).toEqual(['median 0', 'worst 1']);
    expect(chosen([])).toBeUndefined();
  });

  it('goes by the pose where no depth is known', async () => {
    const { report, samples } = await smallEvaluation();
    const methods = report.methods.map((method) => ({
      ...method,
      pairs: method.pairs.map(({ seconds, pose }, i) => ({
        seconds,
        ...(pose ? { pose: { ...pose, rotationDeg: 10 - i } } : {}),
      })),
    }));
    const examples = chooseExamples({ ...report, methods }, samples).get('erring & <slow>');
    expect(examples?.map(({ sample }) => sample.pair)).toEqual([3, 2, 0]);
  });
});
