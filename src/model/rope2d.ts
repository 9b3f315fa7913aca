import * as tf from '@tensorflow/tfjs';

/** Rows and columns of patches of one image. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
}

/** Cosines and signed sines of the rotary embedding: [B or 1, 1, N, D], to be broadcast over the heads. */
export interface RopeTable {
  readonly cos: tf.Tensor4D;
  readonly sin: tf.Tensor4D;
}

/** Token positions (y, x) in row-major order, counted from 0 in every image (spec 1.2). */
export function gridPositions({ rows, columns }: Grid): Int32Array {
  const positions = new Int32Array(rows * columns * 2);
  for (let i = 0; i < rows * columns; i++) {
    positions[2 * i] = Math.floor(i / columns);
    positions[2 * i + 1] = i % columns;
  }
  return positions;
}

/**
 * The rotary table for a batch whose images have these grids. One entry is stored when all grids are the same.
 * The first half of a head turns by the token's y, the second by its x, by angles pos / base^(4d/D) (spec 1.3).
 * The sines carry the sign that rope2d needs.
 */
export function rope2dTable(grids: readonly Grid[], headDim: number, base: number): RopeTable {
  const first = grids[0] as Grid;
  const isUniform = grids.every((grid) => grid.rows === first.rows && grid.columns === first.columns);
  return positionTable((isUniform ? [first] : grids).map(gridPositions), headDim, base);
}

/** The same from positions (y, x) of N tokens for each image of the batch. */
export function positionTable(positions: readonly ArrayLike<number>[], headDim: number, base: number): RopeTable {
  const tokens = (positions[0] as ArrayLike<number>).length / 2;
  const shape: [number, number, number, number] = [positions.length, 1, tokens, headDim];
  const cos = new Float32Array(positions.length * tokens * headDim);
  const sin = new Float32Array(cos.length);
  positions.forEach((image, b) => {
    for (let n = 0; n < tokens; n++) {
      for (let j = 0; j < headDim; j++) {
        const angle = rotation(image, n, j / headDim, base);
        const at = (b * tokens + n) * headDim + j;
        cos[at] = Math.cos(angle);
        sin[at] = Math.sin(angle);
      }
    }
  });
  return { cos: tf.tensor4d(cos, shape), sin: tf.tensor4d(sin, shape) };
}

/**
 * The angle by which feature j of a head turns, at j/D. Each half of the head has one axis and each quarter all of its
 * frequencies; the first quarter of a half takes the sine with a minus sign, here as a minus sign of the angle.
 */
function rotation(positions: ArrayLike<number>, token: number, feature: number, base: number): number {
  const axis = feature < 0.5 ? 0 : 1;
  const angle = (positions[2 * token + axis] as number) / base ** ((feature * 4) % 1);
  return (feature * 2) % 1 < 0.5 ? -angle : angle;
}

/** Rotates queries or keys [B, heads, N, D] by their positions. The gradient is the rotation back, and keeps nothing of x. */
export function rope2d(x: tf.Tensor4D, { cos, sin }: RopeTable): tf.Tensor4D {
  const rotation = tf.customGrad((...args) => {
    const [x, save] = args as unknown as [tf.Tensor4D, tf.GradSaveFunc];
    save([cos, sin]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [cos, sin] = saved as [tf.Tensor4D, tf.Tensor4D];
      return tf.tidy(() => dy.mul(cos).sub(swapHalves(dy as tf.Tensor4D).mul(sin)));
    };
    return { value: x.mul(cos).add(swapHalves(x).mul(sin)), gradFunc };
  });
  return rotation(x) as tf.Tensor4D;
}

/** Each feature's partner in its rotation, in its place: both halves of a head have their own halves exchanged. */
function swapHalves(x: tf.Tensor4D): tf.Tensor4D {
  const [y1, y2, x1, x2] = tf.split(x, 4, -1) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
  return tf.concat([y2, y1, x2, x1], -1);
}
