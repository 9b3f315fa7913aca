import { describeBytes, type PairPlan } from '#infer/plan-pairs.ts';
import type { ReconstructProgress } from '#reconstruct/reconstruct.ts';
import type { PairResidual, Reconstruction } from '#reconstruct/reconstruction.ts';

/** What the run will take, and a smaller graph where that does not fit. */
export function planLines(plan: PairPlan): string[] {
  const { images, sceneGraph, pairs, fits, memoryBytes, memoryBytesWithDisk, diskBytes, memoryLimit, seconds } = plan;
  const counted =
    images === 1
      ? '1 photograph, paired with itself'
      : `${images} photographs, ${sceneGraph}: ${pairs.length} pairs in both orders`;
  const alignment = seconds?.alignment ? ` and ${duration(seconds.alignment)} for the alignment` : '';
  const time = seconds ? [`about ${duration(seconds.network)} for the network${alignment}`] : [];
  const memory =
    fits === 'memory'
      ? `${describeBytes(memoryBytes)} of memory (${describeBytes(memoryLimit)} free)`
      : `${describeBytes(memoryBytesWithDisk)} of memory (${describeBytes(memoryLimit)} free) with ${describeBytes(diskBytes)} of predictions on disk`;
  return [[counted, ...time, memory].join('; ')];
}

export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

const stageNames = { load: 'reading photographs', predict: 'running the network', align: 'aligning' } as const;
type Stage = keyof typeof stageNames;

const stageOf: Readonly<Record<ReconstructProgress['stage'], Stage>> = {
  ...{ load: 'load', encode: 'predict', decode: 'predict', guess: 'align', align: 'align' },
};

/** Times the stages as they pass. */
export class StageClock {
  private readonly seconds = new Map<Stage, number>();
  private current: Stage | undefined;
  private since = 0;

  /** @returns what to call the stage that has begun */
  enter(stage: ReconstructProgress['stage']): string {
    const next = stageOf[stage];
    if (next !== this.current) this.stop();
    if (this.current === undefined) this.since = performance.now();
    this.current = next;
    return stageNames[next];
  }

  stop(): void {
    if (this.current === undefined) return;
    const before = this.seconds.get(this.current) ?? 0;
    this.seconds.set(this.current, before + (performance.now() - this.since) / 1e3);
    this.current = undefined;
  }

  times(): Partial<Record<Stage, number>> {
    return Object.fromEntries(this.seconds);
  }
}

/** What the scene is: focal lengths, and how well its pairs agree. */
export function sceneLines(scene: Reconstruction): string[] {
  const { views, poseFound } = scene;
  const focals = views.map(
    ({ name, originalCamera }) => `${name}: focal length ${originalCamera.focalPx[0].toFixed(1)} px`,
  );
  const single = views.length === 1 ? ['one photograph: its depth and focal length, and no other camera'] : [];
  const lost = poseFound ? [] : ['no relative pose was found: the cameras stand at the origin'];
  return [...focals, ...single, ...lost, ...residualLines(scene)];
}

const WORST = 3;

/** The pairs that the scene agrees with least, beside the usual; nothing for a scene solved in closed form. */
function residualLines({ pairs = [], views }: Reconstruction): string[] {
  const known = pairs.flatMap((pair) => (pair.relativeResidual === undefined ? [] : [{ ...pair, ...percentOf(pair) }]));
  if (known.length === 0) return [];
  const sorted = known.toSorted((a, b) => b.percent - a.percent);
  const median = sorted[sorted.length >> 1]?.percent as number;
  const worst = sorted
    .slice(0, WORST)
    .map(({ first, second, percent }) => `  ${views[first]?.name} → ${views[second]?.name}: ${percent.toFixed(2)} %`);
  return [`pairs disagree with the scene by ${median.toFixed(2)} % of the depth (median); those most:`, ...worst];
}

function percentOf({ relativeResidual = Number.NaN }: PairResidual) {
  return { percent: 100 * relativeResidual };
}
