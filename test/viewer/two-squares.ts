import type { ViewerScene } from '#viewer/viewer-scene.ts';
import { viewOf } from './small-scene.ts';

const [size, side] = [65, 17];

/**
 * A red and a blue square, 1 unit wide and 4 away, their middles 1.5 units apart, with a confidence of 10; above each
 * another one with a confidence of 2. What else the photographs show is green and has no points.
 */
export function twoSquares(): ViewerScene {
  const isSure = (y: number) => y >= 24;
  const isSquare = (x: number, y: number) =>
    x >= 24 && x < 24 + side && ((y >= 4 && y < 4 + side) || (y >= 24 && y < 24 + side));
  const view = (name: string, x: number, own: readonly number[]) =>
    viewOf({
      name,
      size,
      eye: [x, 0, 0],
      color: (u, v) => (isSquare(u, v) ? own : [20, 230, 20]),
      depth: (u, v) => (isSquare(u, v) ? 4 : Number.NaN),
      confidence: (_, v) => (isSure(v) ? 10 : 2),
    });
  return {
    title: 'Two squares <1.5 units apart>',
    note: 'A note',
    minConfidence: 2,
    views: [view('red.jpg', -0.75, [230, 20, 20]), view('blue.jpg', 0.75, [20, 20, 230])],
  };
}
