import { createNumpyRandom } from '#tensor/random.ts';

/** `count` of the numbers below `length`, or all of them, ascending: one of each of as many equal stretches, drawn. */
export function sampleIndices(length: number, count: number, seed: number): number[] {
  if (length <= count) return Array.from({ length }, (_, index) => index);
  const random = createNumpyRandom(seed);
  return Array.from({ length: count }, (_, stretch) => {
    const [start, end] = [stretch, stretch + 1].map((at) => Math.floor((at * length) / count)) as [number, number];
    return start + Math.floor(random.random() * (end - start));
  });
}
