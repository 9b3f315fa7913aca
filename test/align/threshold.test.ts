import { describe, expect, it } from '@jest/globals';
import { automaticThreshold, countConfident, usableThreshold } from '#align/threshold.ts';
import { createFastRandom } from '#tensor/random.ts';

const random = createFastRandom('confidences');
const group = (count: number, centre: number) =>
  Array.from({ length: count }, () => centre * Math.exp(0.1 * random.normal()));

describe('align/threshold', () => {
  it('parts two groups, however uneven and however many views they are in', () => {
    const views = [group(1000, 1.3), [...group(300, 1.3), ...group(200, 12)]].map((values) => ({
      confidence: Float32Array.from(values),
    }));
    const threshold = automaticThreshold(views);
    expect(threshold).toBeGreaterThan(1.7);
    expect(threshold).toBeLessThan(9);
  });

  it('is not led by a few that are far higher, as on the confidences themselves it would be', () => {
    const confidence = Float32Array.from([...group(1000, 1.3), ...group(1000, 12), ...group(5, 900)]);
    expect(automaticThreshold([{ confidence }])).toBeLessThan(9);
  });

  it('leaves out what is masked or not finite, and keeps all where nothing differs', () => {
    const confidence = Float32Array.of(0, 0, 0, Number.NaN, Infinity, 2, 2.1, 8, 8.1);
    const threshold = automaticThreshold([{ confidence }]);
    expect(threshold).toBeGreaterThan(2.1);
    expect(threshold).toBeLessThan(8);
    expect(automaticThreshold([{ confidence: new Float32Array(9).fill(3) }])).toBe(0);
    expect(automaticThreshold([])).toBe(0);
  });

  it('shows something where the wanted threshold would show nothing, and what is masked never', () => {
    const unsure = {
      confidence: Float32Array.from([...group(500, 1.01), ...group(500, 1.4), ...new Array(50).fill(0)]),
    };
    expect(usableThreshold([unsure], 1.2)).toBe(1.2);
    const lowered = usableThreshold([unsure], 100);
    expect(countConfident([unsure], lowered)).toBeGreaterThan(100);
    expect(countConfident([unsure], lowered)).toBeLessThanOrEqual(1000);
    const flat = { confidence: Float32Array.of(0, 0, ...new Array(30).fill(1)) };
    expect(countConfident([flat], usableThreshold([flat], 3))).toBe(30);
    const masked = { confidence: new Float32Array(30) };
    expect(usableThreshold([masked], 3)).toBe(3);
  });
});
