import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { solveDepths } from '#align/depth-solve.ts';
import type { ImagePass } from '#align/image-block.ts';
import { passOverImage } from '#align/image-pass.ts';
import { type ImageTensors, passOverTensors, plainPass, plainSolve, solveTensors } from '#align/tensor-pass.ts';
import { quaternionToRotation } from '#geometry/quaternion.ts';
import { createFastRandom } from '#tensor/random.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose } from '#test/support/expect-close.ts';
import { expectNoLeak } from '#test/support/no-leak.ts';

useBackend();

const [width, height, count] = [53, 41, 3];

/** Points in front of the camera, each seen a little differently by three pairs; more pixels than one block holds. */
function makePass(distance: 'l1' | 'l2'): ImagePass {
  const random = createFastRandom('pass');
  const area = width * height;
  const planes = new Float32Array(4 * count * area);
  for (let i = 0; i < planes.length; i++) {
    const plane = Math.floor(i / area) % 4;
    planes[i] = plane === 3 ? Math.max(0, random.normal()) : random.normal() + (plane === 2 ? 4 : 0);
  }
  return {
    ...{ width, planes, distance, factors: [0.1, 0.2, 0.3] },
    camera: { focalPx: [60, 55], principalPx: [25, 22], pose: matrix(random, 1) },
    logDepth: Float32Array.from({ length: area }, () => Math.log(4) + 0.2 * random.normal()),
    placements: [0, 1, 2].map(() => matrix(random, 0.9)),
  };
}

function matrix(random: ReturnType<typeof createFastRandom>, scale: number): Float64Array {
  const turn = () => 0.1 * random.normal();
  const rotation = quaternionToRotation([turn(), turn(), turn(), 1]);
  return Float64Array.from({ length: 12 }, (_, i) =>
    i % 4 === 3 ? turn() : scale * (rotation[3 * Math.floor(i / 4) + (i % 4)] as number),
  );
}

function toTensors({ planes, logDepth, ...rest }: ImagePass): ImageTensors {
  return {
    ...rest,
    size: { width, height },
    planes: tf.tensor3d(planes, [count, 4, logDepth.length]),
    logDepth: tf.tensor1d(logDepth),
  };
}

function lossAt(pass: ImagePass): number {
  return passOverImage(pass, new Float32Array(pass.logDepth.length)).observations.reduce(
    (sum, each) => sum + (each[12] as number),
    0,
  );
}

describe.each(['l1', 'l2'] as const)('align/image-pass, distance %s', (distance) => {
  it('gives the gradient of its loss by the log-depths', () => {
    const pass = makePass(distance);
    const gradient = new Float32Array(pass.logDepth.length);
    passOverImage(pass, gradient);
    for (const pixel of [0, 700, 1500, gradient.length - 1]) {
      const moved = (step: number) =>
        lossAt({ ...pass, logDepth: pass.logDepth.map((value, i) => (i === pixel ? value + step : value)) });
      expectClose([gradient[pixel] as number], [(moved(1e-3) - moved(-1e-3)) / 2e-3], 2e-2);
    }
  });

  it.each([
    ['as the engine has it', passOverTensors],
    ['in plain ops', plainPass],
  ] as const)('agrees with the same on tensors, %s', (_, compute) => {
    const pass = makePass(distance);
    const expected = new Float32Array(pass.logDepth.length);
    const { camera, observations } = passOverImage(pass, expected);
    const [gradient, sums] = compute(toTensors(pass));
    expectClose(gradient, expected, 2e-5);
    expectClose(sums.slice(0, 12), [...camera], 2e-5);
    for (const [k, each] of observations.entries()) expectClose(sums.slice(12 + 13 * k, 13), [...each], 2e-5);
  });

  it('has every depth moved to where the loss is least, on tensors too', () => {
    const pass = makePass(distance);
    const solved = { ...pass, logDepth: pass.logDepth.slice() };
    solveDepths(solved, 200);
    const gradients = [pass, solved].map((each) => {
      const gradient = new Float32Array(each.logDepth.length);
      passOverImage(each, gradient);
      return Math.hypot(...gradient);
    }) as [number, number];
    expect(gradients[1]).toBeLessThan(0.02 * gradients[0]);
    for (const solve of [solveTensors, plainSolve]) expectClose(solve(toTensors(pass), 200), solved.logDepth, 1e-2);
  });

  it('leaves behind only what it returns', () => {
    const tensors = toTensors(makePass(distance));
    expectNoLeak(() => tf.tidy(() => passOverTensors(tensors)[0]));
    expectNoLeak(() => tf.tidy(() => solveTensors(tensors, 3)));
  });
});

describe('align/image-pass: pixels without a say', () => {
  it('have no gradient, and keep their depth', () => {
    const pass = makePass('l1');
    const area = width * height;
    for (let k = 0; k < count; k++) pass.planes.fill(0, (4 * k + 3) * area, (4 * k + 3) * area + 10);
    const gradient = new Float32Array(area);
    passOverImage(pass, gradient);
    expect(gradient.slice(0, 10)).toEqual(new Float32Array(10));
    const before = pass.logDepth.slice(0, 10);
    for (const solve of [solveTensors, plainSolve]) expectClose(solve(toTensors(pass), 5).slice(0, 10), before, 1e-6);
    solveDepths(pass, 5);
    expect(pass.logDepth.slice(0, 10)).toEqual(before);
  });

  it('have no gradient where they are exactly what was observed', () => {
    const placements = [Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0)];
    const camera = { focalPx: [1, 1], principalPx: [0, 0], pose: placements[0] as Float64Array } as const;
    const pass = {
      width: 1,
      logDepth: Float32Array.of(0),
      planes: Float32Array.of(0, 0, 1, 1),
      factors: [1],
      distance: 'l1' as const,
      camera,
      placements,
    };
    const gradient = Float32Array.of(1);
    expect(passOverImage(pass, gradient).camera).toEqual(new Float64Array(12));
    expect(gradient[0]).toBe(0);
    for (const compute of [passOverTensors, plainPass]) {
      const tensors = {
        ...pass,
        size: { width: 1, height: 1 },
        planes: tf.tensor3d([0, 0, 1, 1], [1, 4, 1]),
        logDepth: tf.tensor1d([0]),
      };
      expectClose(tf.concat(compute(tensors)), new Float32Array(1 + 12 + 13));
    }
  });
});
