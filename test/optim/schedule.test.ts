import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { learningRateAt, type Schedule } from '#optim/schedule.ts';

const cosine: Schedule = { kind: 'cosine', peak: 1e-4, least: 1e-6, warmup: 10, length: 100 };

/** Keys spell out the run: "epochs=10,warmup=1", from 1e-4 down to 1e-6. */
const golden = JSON.parse(readFileSync('test/fixtures/golden/train/lr_schedule.json', 'utf8')) as Record<
  string,
  [epoch: number, rate: number][]
>;

describe('optim/schedule: learningRateAt', () => {
  it.each([
    [0, 0],
    [5, 5e-5],
    [10, 1e-4],
    [55, 5.05e-5],
    [100, 1e-6],
  ])('gives the values of the specification at epoch %p', (epoch, rate) => {
    expect(learningRateAt(cosine, epoch)).toBeCloseTo(rate, 12);
  });

  it.each(Object.entries(golden))("follows the reference's curve: %s", (name, points) => {
    const [, epochs, warmup] = /^epochs=(\d+),warmup=(\d+)$/.exec(name) as unknown as [string, string, string];
    const schedule = { ...cosine, warmup: Number(warmup), length: Number(epochs) };
    for (const [epoch, rate] of points) expect(Math.abs(learningRateAt(schedule, epoch) - rate)).toBeLessThan(1e-9);
  });

  it('begins at its peak without a warm-up, and at exactly 0 with one', () => {
    expect(learningRateAt({ ...cosine, warmup: 0 }, 0)).toBe(1e-4);
    expect(learningRateAt(cosine, 0)).toBe(0);
  });

  it('descends in a straight line when asked to', () => {
    const linear: Schedule = { kind: 'linear', peak: 0.01, least: 0.002, warmup: 0, length: 4 };
    expect([0, 1, 2, 3, 4].map((k) => learningRateAt(linear, k))).toEqual(
      [0.01, 0.008, 0.006, 0.004, 0.002].map((rate) => expect.closeTo(rate, 12)),
    );
  });

  it('stays at the least rate past the end', () => {
    expect(learningRateAt(cosine, 130)).toBeCloseTo(1e-6, 15);
  });

  it('has its peak at the end of a run that is all warm-up', () => {
    const short = { ...cosine, length: 10 };
    expect([5, 10, 11].map((epoch) => learningRateAt(short, epoch))).toEqual([5e-5, 1e-4, 1e-4]);
  });
});
