import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { adjustBrightness, adjustContrast, adjustHue, adjustSaturation, jitterColors } from '#data/color-jitter.ts';
import { createNumpyRandom } from '#tensor/random.ts';

interface PillowCase {
  readonly step: keyof typeof steps;
  readonly factor: number;
  readonly sha256: string;
}

const steps = {
  brightness: adjustBrightness,
  contrast: adjustContrast,
  saturation: adjustSaturation,
  hue: adjustHue,
};
const cases = JSON.parse(readFileSync('test/fixtures/color-jitter/expected.json', 'utf8')) as PillowCase[];

/** 16 values of every channel, as in make.py. */
function colorGrid(): Uint8Array {
  const values = Array.from({ length: 16 }, (_, i) => 17 * i);
  return Uint8Array.from(
    values.flatMap((red) => values.flatMap((green) => values.flatMap((blue) => [red, green, blue]))),
  );
}

describe('data/color-jitter: the steps', () => {
  it.each(cases)('$step by $factor gives Pillow’s bytes for 16³ colours', ({ step, factor, sha256 }) => {
    const pixels = colorGrid();
    steps[step](pixels, factor);
    expect(createHash('sha256').update(pixels).digest('hex')).toBe(sha256);
  });

  it('do to one pixel what can be worked out by hand', () => {
    const after = (step: keyof typeof steps, factor: number, ...pixels: number[]) => {
      const changed = Uint8Array.from(pixels);
      steps[step](changed, factor);
      return [...changed];
    };
    expect(after('brightness', 0.5, 101, 0, 255)).toEqual([50, 0, 127]);
    expect(after('brightness', 1.5, 200, 101, 0)).toEqual([255, 151, 0]);
    expect(after('contrast', 0.5, 0, 0, 0, 200, 200, 200)).toEqual([50, 50, 50, 150, 150, 150]);
    expect(after('saturation', 0.5, 255, 0, 0)).toEqual([165, 38, 38]);
    expect(after('hue', 1 / 3, 255, 0, 0)).toEqual([0, 255, 0]);
    expect(after('hue', 0.1, 90, 90, 90)).toEqual([90, 90, 90]);
  });
});

describe('data/color-jitter: jitterColors', () => {
  const image = { width: 4, height: 3, data: createNumpyRandom(1).bytes(36) };

  it('gives the same for the same generator, and leaves the image as it was', () => {
    const before = image.data.slice();
    const jittered = jitterColors(image, createNumpyRandom(7));
    expect(jitterColors(image, createNumpyRandom(7))).toEqual(jittered);
    expect(jitterColors(image, createNumpyRandom(8))).not.toEqual(jittered);
    expect(image.data).toEqual(before);
  });

  it('applies the four steps in the drawn order', () => {
    const random = createNumpyRandom(7);
    const order = random.permutation(4);
    const factors = [
      random.uniform(0.5, 1.5),
      random.uniform(0.5, 1.5),
      random.uniform(0.5, 1.5),
      random.uniform(-0.1, 0.1),
    ];
    const pixels = image.data.slice();
    for (const step of order) Object.values(steps)[step]?.(pixels, factors[step] as number);
    expect(jitterColors(image, createNumpyRandom(7)).data).toEqual(pixels);
  });
});
