import { describe, expect, it } from '@jest/globals';
import type { BackendName } from '#backend/choose.ts';
import { measureEngines } from '#backend/measure.ts';

describe('backend/measure: measureEngines', () => {
  it('times a product on an engine that works and says why another does not', async () => {
    const [wasm, unknown] = await measureEngines(['wasm', 'abacus' as BackendName]);
    expect(wasm).toMatchObject({ name: 'wasm', works: true, device: 'CPU' });
    expect(wasm?.works && wasm.gflops).toBeGreaterThan(0);
    expect(unknown).toMatchObject({ works: false, reason: expect.stringContaining('got abacus') });
  });
});
