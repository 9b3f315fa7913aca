import { describe, expect, it } from '@jest/globals';
import { initialValue } from '#tensor/init.ts';
import { type Initializer, param } from '#tensor/params.ts';

function draw(init: Initializer, { shape = [100, 200], name = 'a.weight', seed = 1 } = {}): readonly number[] {
  return [...initialValue(param(shape, init), name, seed)];
}

const normal = { kind: 'normal', std: 0.02 } as const;
const xavier = { kind: 'xavierUniform', fanIn: 200, fanOut: 100 } as const;
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const std = (values: readonly number[]) => Math.sqrt(mean(values.map((x) => x * x)));
const largest = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);

describe('tensor/init: initialValue', () => {
  it('gives zeros and ones of any rank', () => {
    expect(draw({ kind: 'zeros' }, { shape: [2, 1, 2] })).toEqual([0, 0, 0, 0]);
    expect(draw({ kind: 'ones' }, { shape: [3] })).toEqual([1, 1, 1]);
    expect(draw({ kind: 'ones' }, { shape: [] })).toEqual([1]);
  });

  it('gives the same numbers for the same seed and name, and others for another seed or name', () => {
    expect(draw(normal)).toEqual(draw(normal));
    expect(draw(normal, { seed: 2 })).not.toEqual(draw(normal));
    expect(draw(normal, { name: 'b.weight' })).not.toEqual(draw(normal));
  });

  it('draws normal numbers with the standard deviation asked for', () => {
    const values = draw(normal);
    expect(Math.abs(mean(values))).toBeLessThan(0.001);
    expect(std(values) / 0.02).toBeCloseTo(1, 1.5);
    expect(largest(values)).toBeGreaterThan(0.06);
  });

  it('draws Xavier-uniform numbers within ±√(6 / (fan in + fan out)), and up to it', () => {
    const bound = Math.sqrt(6 / 300);
    const values = draw(xavier);
    expect(largest(values)).toBeLessThanOrEqual(bound);
    expect(largest(values)).toBeGreaterThan(0.99 * bound);
    expect(std(values) / (bound / Math.sqrt(3))).toBeCloseTo(1, 1.5);
    expect(Math.abs(mean(values))).toBeLessThan(bound / 50);
  });

  it('draws uniform numbers within the bound, and up to it', () => {
    const values = draw({ kind: 'uniform', bound: 0.5 });
    expect(largest(values)).toBeLessThanOrEqual(0.5);
    expect(largest(values)).toBeGreaterThan(0.49);
    expect(Math.min(...values)).toBeLessThan(-0.49);
  });
});
