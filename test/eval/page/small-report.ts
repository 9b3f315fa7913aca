import { evaluate } from '#eval/evaluate.ts';
import type { EvalPair } from '#eval/method.ts';
import type { EvalReport } from '#eval/report.ts';
import type { EvalSample } from '#eval/sample.ts';
import { estimateFrom, methodOf, roomPair, roomScene, sourceOf, turnedBy } from '#test/eval/room-pairs.ts';

const overlaps = [0.35, 0.5, 0.65, 0.95];

/** Four pairs of a room by a method that errs more from pair to pair, one that is right, and one that finds nothing. */
export async function smallEvaluation(): Promise<{ report: EvalReport; samples: readonly EvalSample[] }> {
  const pairs = overlaps.map((overlap): EvalPair => ({ ...roomPair(), scene: `<room> ${overlap}`, overlap }));
  const erring = methodOf('erring & <slow>', (pair) => {
    const error = 0.1 * (1 + pairs.indexOf(pair));
    return estimateFrom(pair, {
      pose: turnedBy(30 * error),
      depthError: (_, pixel) => (pixel % 2 === 0 ? error : 0),
      confidence: (_, pixel) => (pixel % 2 === 0 ? 1 : 3 + (pixel % 7)),
    });
  });
  const right = {
    ...methodOf('right', (pair) => estimateFrom(pair)),
    estimateScene: ({ views }: ReturnType<typeof roomScene>) =>
      Promise.resolve({ camToWorld: views.map(({ camera }) => camera.camToWorld) }),
  };
  const nothing = methodOf('nothing', () => ({}));
  return evaluate(sourceOf(pairs, [roomScene(4)]), [erring, right, nothing], { samples: 4 });
}
