import { createNumpyRandom } from '#tensor/random.ts';
import { expectPointCloud, type PointCloud } from './point-cloud.ts';

/**
 * At most `maxPoints` points, spread evenly over the cloud's order: one, by chance, of each of `maxPoints` runs of equal
 * length, so that no pattern of rows and columns appears. The same cloud always gives the same points.
 */
export function thinPoints(cloud: PointCloud, maxPoints: number): PointCloud {
  expectPointCloud('thinPoints', cloud);
  if (!(maxPoints >= 0)) throw new RangeError(`thinPoints: expected a number of points from 0, got ${maxPoints}`);
  const { positions, colors, confidence } = cloud;
  const count = positions.length / 3;
  const wanted = Math.floor(maxPoints);
  if (count <= wanted) return cloud;
  const kept = oneOfEachRun(count, wanted);
  const thinned = {
    positions: Float32Array.from({ length: 3 * wanted }, (_, i) => at(positions, kept, i)),
    colors: Uint8Array.from({ length: 3 * wanted }, (_, i) => at(colors, kept, i)),
  };
  return confidence ? { ...thinned, confidence: Float32Array.from(kept, (p) => confidence[p] as number) } : thinned;
}

function at(triples: Float32Array | Uint8Array, kept: Uint32Array, i: number): number {
  return triples[3 * (kept[(i / 3) | 0] as number) + (i % 3)] as number;
}

function oneOfEachRun(count: number, runs: number): Uint32Array {
  const random = createNumpyRandom(0);
  const start = (run: number) => Math.ceil((run * count) / runs);
  return Uint32Array.from({ length: runs }, (_, run) => random.integers(start(run), start(run + 1)));
}
