import * as tf from '@tensorflow/tfjs';
import { type Cost, startClock } from './clock.ts';

/** Rows, inner size and columns of the product that everything is compared with. */
const [ROWS, INNER, COLUMNS] = [768, 1024, 4096] as const;
const RUNS = 8;

export const MATMUL_GFLOP = (2 * ROWS * INNER * COLUMNS) / 1e9;

/** What a 768×1024×4096 float32 product takes on the current engine, several times after a warm-up. */
export async function timeMatmul(): Promise<Cost[]> {
  const a = tf.randomUniform([ROWS, INNER], -1, 1, 'float32', 1);
  const b = tf.randomUniform([INNER, COLUMNS], -1, 1, 'float32', 2);
  await multiply(a, b);
  const costs: Cost[] = [];
  for (let run = 0; run < RUNS; run++) costs.push(await multiply(a, b));
  tf.dispose([a, b]);
  return costs;
}

/** Reads one number back, which waits for the whole product. */
async function multiply(a: tf.Tensor, b: tf.Tensor): Promise<Cost> {
  const cost = startClock();
  const product = tf.matMul(a, b);
  const corner = product.slice([0, 0], [1, 1]);
  await corner.data();
  tf.dispose([product, corner]);
  return cost();
}
