import type { ParamSpec } from './params.ts';
import { createFastRandom } from './random.ts';

/**
 * The starting numbers of a parameter, row-major, drawn from a stream of its own: the same seed and name give the same numbers,
 * whatever else a model has.
 */
export function initialValue({ shape, init }: ParamSpec, name: string, seed: number): Float32Array {
  const size = shape.reduce((a, b) => a * b, 1);
  const values = new Float32Array(size);
  const random = createFastRandom(`${seed}/${name}`);
  switch (init.kind) {
    case 'zeros':
      break;
    case 'ones':
      values.fill(1);
      break;
    case 'normal':
      random.fillNormal(values, init.std);
      break;
    case 'xavierUniform': {
      const bound = Math.sqrt(6 / (init.fanIn + init.fanOut));
      random.fillUniform(values, -bound, bound);
      break;
    }
    case 'uniform':
      random.fillUniform(values, -init.bound, init.bound);
      break;
  }
  return values;
}
