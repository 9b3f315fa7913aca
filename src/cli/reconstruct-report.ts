import { confidenceRange, countConfident } from '#align/threshold.ts';
import { describeBytes, type PairPlan } from '#infer/plan-pairs.ts';
import type { ReconstructProgress } from '#reconstruct/reconstruct.ts';
import type { PairResidual, Reconstruction } from '#reconstruct/reconstruction.ts';

/** What the run will take, and a smaller graph where that does not fit. */
export function planLines(plan: PairPlan): string[] {
  const { fits, memoryBytes, memoryBytesWithDisk, diskBytes, memoryLimit, isLimited, seconds } = plan;
  const counted = countedPairs(plan);
  const alignment = seconds?.alignment ? ` and ${duration(seconds.alignment)} for the alignment` : '';
  const time = seconds ? [`about ${duration(seconds.network)} for the network${alignment}`] : [];
  const limit = `${describeBytes(memoryLimit)} of memory that ${isLimited ? '--memory-limit allows' : 'can be had'}`;
  const memory =
    fits === 'memory'
      ? `${describeBytes(memoryBytes)} of the ${limit}`
      : `${describeBytes(memoryBytesWithDisk)} of the ${limit}, with ${describeBytes(diskBytes)} of predictions on disk`;
  return [[counted, ...time, memory].join('; ')];
}

function countedPairs({ images, added, sceneGraph, pairs }: PairPlan): string {
  if (images === 1) return '1 photograph, paired with itself';
  if (added !== undefined)
    return `${images} photographs, ${added} of them new: ${pairs.length} new pairs in both orders`;
  return `${images} photographs, ${sceneGraph}: ${pairs.length} pairs in both orders`;
}

const MOST_NAMES = 5;

/** Which photographs have no mask, where some have. */
export function maskLines(names: readonly string[], masks: { has(name: string): boolean }): string[] {
  const without = names.filter((name) => !masks.has(name));
  if (without.length === 0) return [];
  const more = without.length > MOST_NAMES ? ', …' : '';
  return [
    `${without.length} of ${names.length} photographs have no mask: ${without.slice(0, MOST_NAMES).join(', ')}${more}`,
  ];
}

/** Tells where photographs are added at another size, their long side, than the scene's. */
export function resumedLines(resumed: Reconstruction | undefined, size: number): string[] {
  const sides = resumed?.views.map(({ camera }) => Math.max(camera.width, camera.height)) ?? [];
  if (sides.length === 0 || sides.includes(size)) return [];
  return [`the scene's photographs have long sides of ${Math.max(...sides)} pixels, the new ones of ${size}`];
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

/** How many points a threshold shows, and why it is another than the wanted one. */
export function thresholdLines(
  { views }: Pick<Reconstruction, 'views'>,
  wanted: number | 'auto',
  minConfidence: number,
): string[] {
  const points = `${countConfident(views, minConfidence)} points above confidence ${short(minConfidence)}`;
  if (wanted === 'auto') return [`${points}, chosen automatically`];
  if (wanted === minConfidence) return [points];
  const count = countConfident(views, wanted);
  const found = count === 0 ? 'no pixel is' : `only ${count} ${count === 1 ? 'pixel is' : 'pixels are'}`;
  const highest = short(confidenceRange(views).highest);
  return [
    `${found} above confidence ${wanted} (highest ${highest}): the threshold is set to ${short(minConfidence)}`,
    points,
  ];
}

export const countFiles = (count: number) => (count === 1 ? '1 file' : `${count} files`);

const short = (value: number) => String(Number(value.toPrecision(4)));

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
