import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { makeLevel } from '#align/level.ts';
import { decodeScene, gradientOf, lossOf } from '#align/objective.ts';
import { type AlignOptions, alignDefaults } from '#align/options.ts';
import { type PixelEngine, placePixels } from '#align/pixels.ts';
import { type PlainParameters, plainObjective } from '#align/plain-objective.ts';
import { poseProblem } from '#align/problem.ts';
import { parameterNames, type SceneParameters, zeroParameters } from '#align/state.ts';
import { createFastRandom } from '#tensor/random.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose } from '#test/support/expect-close.ts';
import { syntheticScene } from './synthetic-pairs.ts';

useBackend();

const views = { views: 3, width: 9, height: 7, noise: 0.05, outliers: 0.1 };

/** A problem and a state that nothing has aligned, so that no gradient is small by chance. */
function unalignedScene(options: AlignOptions = {}, scene = syntheticScene(views)) {
  const problem = poseProblem(scene.pairs, { ...alignDefaults, ...options });
  const random = createFastRandom('state');
  const parameters = zeroParameters(problem);
  for (const name of parameterNames) parameters[name].set(parameters[name].map(() => 0.3 * random.normal()));
  for (let i = 0; i < parameters.focals.length; i++) parameters.focals[i] = 20 * Math.log(8 + (i >> 1));
  const logDepths = problem.sizes.map(({ width, height }) =>
    Float32Array.from({ length: width * height }, () => 0.5 * random.normal()),
  );
  return { problem, parameters, logDepths };
}

function plainResult({ problem, parameters, logDepths }: ReturnType<typeof unalignedScene>) {
  const rows = (name: keyof SceneParameters, columns: number) =>
    tf.tensor2d([...parameters[name]], [parameters[name].length / columns, columns]);
  const columns = { pairPoses: 8, pairAdaptors: 2, poses: 7, focals: 2, principals: 2, worldScale: 1 };
  const tensors = parameterNames.map((name) => rows(name, columns[name]));
  const all = [...tensors, ...logDepths.map((values) => tf.tensor1d(values))];
  const objective = (...list: tf.Tensor[]) =>
    plainObjective(problem, {
      ...Object.fromEntries(parameterNames.map((name, i) => [name, list[i]])),
      logDepths: list.slice(parameterNames.length),
    } as unknown as PlainParameters);
  const { value, grads } = tf.valueAndGrads(objective)(all);
  return {
    loss: value.dataSync()[0] as number,
    gradient: Object.fromEntries(parameterNames.map((name, i) => [name, (grads[i] as tf.Tensor).dataSync()])) as Record<
      keyof SceneParameters,
      Float32Array
    >,
    depths: grads.slice(parameterNames.length).map((grad) => grad.dataSync<'float32'>()),
  };
}

async function analyticResult(
  { problem, parameters, logDepths }: ReturnType<typeof unalignedScene>,
  engine: PixelEngine,
) {
  const starts = logDepths.map((logDepth, image) => ({ image, logDepth }));
  const pixels = placePixels(makeLevel(problem, 1), starts, engine);
  const sums = await pixels.evaluate(decodeScene(problem, parameters));
  pixels.dispose();
  return { loss: lossOf(sums), gradient: gradientOf(problem, parameters, sums) };
}

const known = syntheticScene(views).cameras.map(({ camToWorld }) => ({ camToWorld }));
const cases: readonly (readonly [string, AlignOptions])[] = [
  ['as it is by default', {}],
  ['with l2, √c and a mean for every pair', { distance: 'l2', weighting: 'sqrt', normalization: 'mean' }],
  [
    'with all that can be free: adaptors, principal points, two focal lengths',
    { pairAdaptors: true, optimizePrincipalPoints: true, separateFocals: true },
  ],
  ['with one focal length for two of the images', { sharedFocal: [4, 9, 4] }],
  ['with two known poses and adaptors', { pairAdaptors: true, known: known.slice(0, 2) }],
  ['with a known depth map', { pairAdaptors: true, known: [{ ...known[0], depth: new Float32Array(63).fill(1) }] }],
];

describe('align/objective', () => {
  for (const engine of ['script', 'tensors'] as const) {
    it.each(cases)(`agrees, on pixels in ${engine}, with what tfjs differentiates: %s`, async (_, options) => {
      const scene = unalignedScene(options);
      const [expected, actual] = [plainResult(scene), await analyticResult(scene, engine)];
      expect(actual.loss / expected.loss).toBeCloseTo(1, 5);
      for (const name of parameterNames) {
        const free = scene.problem.free[name];
        const wanted =
          name === 'focals' && !scene.problem.separateFocals ? tied(expected.gradient.focals) : expected.gradient[name];
        expectClose(
          [...actual.gradient[name]],
          [...wanted].map((g, i) => g * (free[i] as number)),
          1e-4,
        );
      }
    });
  }
});

describe('align/objective, without outliers', () => {
  it('is the same on pixels in script and in tensors, and less than with them', async () => {
    const { problem, parameters, logDepths } = unalignedScene({}, syntheticScene({ ...views, outliers: 0 }));
    const far = problem.pairs[0]?.view1.points as Float32Array;
    for (let i = 0; i < 9; i++) far[i] = 1e3;
    const estimate = decodeScene(problem, parameters);
    const starts = logDepths.map((logDepth, image) => ({ image, logDepth }));
    const losses = await Promise.all(
      (['script', 'tensors'] as const).map(async (engine) => {
        const pixels = placePixels(makeLevel(problem, 1), starts, engine);
        const whole = lossOf(await pixels.evaluate(estimate));
        await pixels.dropOutliers(estimate);
        const rest = lossOf(await pixels.evaluate(estimate));
        pixels.dispose();
        return [whole, rest] as const;
      }),
    );
    const [script, tensors] = losses as [readonly [number, number], readonly [number, number]];
    expectClose(tensors, [...script], 1e-5);
    expect(script[1]).toBeLessThan(0.5 * script[0]);
  });
});

/** Both numbers of one focal length get its gradient. */
function tied(focals: Float32Array): Float32Array {
  return focals.map((_, i) => focals[i - (i % 2)] as number);
}
