import * as tf from '@tensorflow/tfjs';

/** Rows, inner size and columns of the measured product. */
const SHAPE = [768, 1024, 4096] as const;

/** GFLOP/s of a 768×1024×4096 float32 product on the current engine, once for each run after a warm-up. */
export async function measureMatmul(runs: number): Promise<number[]> {
  const [rows, inner, columns] = SHAPE;
  const a = tf.randomUniform([rows, inner], -1, 1, 'float32', 1);
  const b = tf.randomUniform([inner, columns], -1, 1, 'float32', 2);
  const speeds: number[] = [];
  for (let run = -1; run < runs; run++) {
    const start = performance.now();
    const product = tf.matMul(a, b);
    const corner = product.slice([0, 0], [1, 1]);
    await corner.data();
    const seconds = (performance.now() - start) / 1e3;
    tf.dispose([product, corner]);
    if (run >= 0) speeds.push((2 * rows * inner * columns) / seconds / 1e9);
  }
  tf.dispose([a, b]);
  return speeds;
}
