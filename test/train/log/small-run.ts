import type { PairSample, SampleView, StepEvent, TrainEvent, TrainListener } from '#train/events.ts';

export const stepsPerEpoch = 4;

export const startOf = (resumedFrom?: { step: number; epochs: number }): TrainEvent => ({
  type: 'start',
  config: { epochs: 3, evalFreq: 1 } as Extract<TrainEvent, { type: 'start' }>['config'],
  stepsPerEpoch,
  totalSteps: 3 * stepsPerEpoch,
  parameters: 1234,
  testBatches: 2,
  ...(resumedFrom ? { resumedFrom } : {}),
});

export const stepOf = (step: number, loss = 1 / (1 + step)): StepEvent => ({
  type: 'step',
  epoch: Math.floor(step / stepsPerEpoch),
  step,
  epochProgress: step / stepsPerEpoch,
  loss,
  details: { conf_loss_1: -step, Regr3D_pts3d_1: step / 8 },
  learningRate: 1e-4,
  gradientNorm: 2,
  pairsPerSecond: 3.5,
  waitedShare: 0.25,
});

export const epochOf = (epoch: number): TrainEvent => ({
  type: 'epoch',
  epoch,
  step: (epoch + 1) * stepsPerEpoch,
  averages: { loss: 0.5, conf_loss_1: -1, learningRate: 1e-4, gradientNorm: 2 },
});

export const evaluationOf = (
  epoch: number,
  testSet = '10 @ Rooms',
  samples: readonly PairSample[] = [],
): TrainEvent => ({
  type: 'evaluation',
  epoch,
  step: (epoch + 1) * stepsPerEpoch,
  testSet,
  losses: { loss: { average: 0.5 / (epoch + 1), median: 0.25 / (epoch + 1) } },
  samples,
});

/** Reports the steps of [from, to), and after each epoch its averages and a test. */
export function reportSteps(
  listen: TrainListener,
  from: number,
  to: number,
  samples: readonly PairSample[] = [],
): void {
  for (let step = from; step < to; step++) {
    listen(stepOf(step));
    if (step % stepsPerEpoch !== stepsPerEpoch - 1) continue;
    const epoch = Math.floor(step / stepsPerEpoch);
    listen(epochOf(epoch));
    listen(evaluationOf(epoch, '10 @ Rooms', samples));
  }
}

/** A pair of 4 × 2 pixels: a ramp of distances 1 to 8, predicted three times as far, growing surer. */
export function rampSample(changes: Partial<SampleView> = {}): PairSample {
  const ramp = (scale: number) =>
    Float32Array.from({ length: 24 }, (_, i) => (i % 3 === 2 ? scale * (1 + (i - 2) / 3) : 0));
  const view: SampleView = {
    name: 'rooms/1/1',
    trueShape: [2, 4],
    image: new Float32Array(24).fill(1),
    points: ramp(1),
    valid: new Uint8Array(8).fill(1),
    predictedPoints: ramp(3),
    confidence: Float32Array.from({ length: 8 }, (_, i) => 1 + i),
  };
  return { width: 4, height: 2, view1: { ...view, ...changes }, view2: view };
}
