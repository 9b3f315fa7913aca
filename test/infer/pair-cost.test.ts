import { describe, expect, it } from '@jest/globals';
import { measureProductSpeed, modelPairCost } from '#infer/pair-cost.ts';
import { presetConfig } from '#model/config.ts';
import { useBackend } from '#test/support/backend.ts';
import { tensorsLeftBy } from './left-behind.ts';

useBackend();

describe('infer/pair-cost: modelPairCost', () => {
  const macs = (preset: string, width: number, height: number) => {
    const { encodeSeconds, decodeSeconds } = modelPairCost(presetConfig(preset), { width, height }, 1e9 / 0.8);
    return [encodeSeconds, decodeSeconds];
  };

  it('counts as the specification does: 523 of 928 GMAC of a DPT pair at 512×384 are the encoder', () => {
    const [encode, decode] = macs('512-dpt', 512, 384) as [number, number];
    expect(Math.abs(2 * encode - 523)).toBeLessThan(3);
    expect(Math.abs(2 * encode + decode - 928)).toBeLessThan(10);
  });

  it('is cheaper with a linear head and for smaller images', () => {
    const [encode, decode] = macs('512-linear', 512, 384) as [number, number];
    expect(Math.abs(2 * encode + decode - 740)).toBeLessThan(10);
    expect(macs('224-linear', 224, 224)[0]).toBeLessThan(encode / 3);
  });
});

describe('infer/pair-cost: measureProductSpeed', () => {
  it('gives a plausible speed and leaves no tensor behind', async () => {
    let speed = 0;
    const left = await tensorsLeftBy(async () => {
      speed = await measureProductSpeed();
    });
    expect(left).toBe(0);
    expect(speed).toBeGreaterThan(1e7);
  });
});
