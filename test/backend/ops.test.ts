import { beforeAll, describe, expect, it } from '@jest/globals';
import { type BackendName, chooseBackend } from '#backend/choose.ts';
import type { OpCase } from './op-case.ts';
import { arithmetic, choices } from './op-cases-elements.ts';
import { convolutions, products, resizing } from './op-cases-image.ts';
import { layout, reductions } from './op-cases-layout.ts';
import { differences, largestError, type OpResult, runCase } from './op-run.ts';

const CASES: readonly OpCase[] = [
  ...products,
  ...convolutions,
  ...resizing,
  ...layout,
  ...reductions,
  ...arithmetic,
  ...choices,
];

/** The engines that are compared with cpu, and how far they may be off. WebGPU allows sin an error of 2⁻¹¹. */
const TOLERANCES = { tensorflow: 1e-5, wasm: 1e-5, webgpu: 5e-4 } as const;

const expected = new Map<string, OpResult>();

/** What a case's value and gradients are off by, at most. */
async function errorOf(item: OpCase): Promise<number> {
  const result = await runCase(item);
  const want = expected.get(item.name) as OpResult;
  const errors = result.gradients.map((each, i) => largestError(each, want.gradients[i] as Float32Array));
  return Math.max(largestError(result.value, want.value), ...errors);
}

describe('backend/repairs: the ops of the network', () => {
  beforeAll(async () => {
    await chooseBackend('cpu');
    for (const item of CASES) expected.set(item.name, await runCase(item));
  });

  it('has a name for each case', () => {
    expect(expected.size).toBe(CASES.length);
  });

  it('has, on cpu, the gradients that differences of values give', async () => {
    await chooseBackend('cpu');
    for (const item of CASES.filter((each) => !each.valueOnly)) {
      const { gradients } = expected.get(item.name) as OpResult;
      for (const [i, { indices, values }] of (await differences(item)).entries()) {
        const gradient = indices.map((index) => gradients[i]?.[index] as number);
        expect({ op: item.name, off: largestError(Float32Array.from(gradient), values) > 2e-2 }).toEqual({
          op: item.name,
          off: false,
        });
      }
    }
  });

  it.each(Object.keys(TOLERANCES) as (keyof typeof TOLERANCES)[])('agree with cpu on %s', async (engine) => {
    if (!(await isPresent(engine))) return;
    for (const item of CASES) {
      const error = await errorOf(item);
      expect({ op: item.name, error: error > TOLERANCES[engine] ? error : 0 }).toEqual({ op: item.name, error: 0 });
    }
  });
});

/** An engine that this machine lacks is named, not passed over in silence. */
async function isPresent(engine: BackendName): Promise<boolean> {
  try {
    await chooseBackend(engine);
    return true;
  } catch (error) {
    console.warn(`not compared: ${(error as Error).message}`);
    return false;
  }
}
