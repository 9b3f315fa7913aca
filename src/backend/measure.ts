import * as tf from '@tensorflow/tfjs';
import { BACKEND_NAMES, type BackendName, chooseBackend } from './choose.ts';

/** What one engine is worth on this machine. */
export type EngineReport =
  | {
      readonly name: BackendName;
      readonly works: true;
      readonly version: string;
      readonly device: string;
      /** Of a float32 matMul. */
      readonly gflops: number;
    }
  | { readonly name: BackendName; readonly works: false; readonly reason: string };

const INNER = 1024;
const COLUMNS = 4096;
/** The tokens of a 512×384 image; an engine that would take longer than BUDGET_MS for them gets fewer rows. */
const MOST_ROWS = 768;
const FEWEST_ROWS = 8;
const BUDGET_MS = 500;
const ROUNDS = 4;

/** Starts the engines in turn and times a product on each. */
export async function measureEngines(names: readonly BackendName[] = BACKEND_NAMES): Promise<EngineReport[]> {
  const reports: EngineReport[] = [];
  for (const name of names) {
    try {
      const { version, device } = await chooseBackend(name);
      reports.push({ name, works: true, version, device, gflops: await matMulSpeed() });
    } catch (error) {
      reports.push({ name, works: false, reason: (error as Error).message });
    }
  }
  return reports;
}

/** GFLOP/s of the current engine for float32 [768, 1024] × [1024, 4096], or fewer rows, the best of a few rounds. */
async function matMulSpeed(): Promise<number> {
  const fewMs = await productMs(FEWEST_ROWS);
  const rows = Math.min(MOST_ROWS, Math.floor((FEWEST_ROWS * BUDGET_MS) / fewMs));
  const [size, ms] = rows > FEWEST_ROWS ? [rows, await productMs(rows)] : [FEWEST_ROWS, fewMs];
  return (2 * size * INNER * COLUMNS) / ms / 1e6;
}

async function productMs(rows: number): Promise<number> {
  const a = tf.randomUniform([rows, INNER]);
  const b = tf.randomUniform([INNER, COLUMNS]);
  let best = Number.POSITIVE_INFINITY;
  const end = performance.now() + ROUNDS * BUDGET_MS;
  for (let round = 0; round < ROUNDS && performance.now() < end; round++) {
    const start = performance.now();
    const corner = tf.tidy(() => tf.matMul(a, b).slice([0, 0], [1, 1]));
    await corner.data(); // a GPU has finished only now
    best = Math.min(best, performance.now() - start);
    corner.dispose();
  }
  tf.dispose([a, b]);
  return best;
}
