import { freemem } from 'node:os';
import type { PairCost } from './pair-cost.ts';
import { bothOrders } from './pair-list.ts';
import { makePairs, type Pair, type PairOptions, withoutRedundantPairs } from './pairs.ts';

export interface PlanOptions extends Pick<PairOptions, 'prefilter'> {
  /** Of one image at the network's size; the largest where they differ. */
  readonly pixels: number;
  /** Bytes that the process may hold (default: `heldBytes` and what is free). */
  readonly memoryLimit?: number;
  /** Bytes that the process holds already: the engine, the weights and the photographs (default 0). */
  readonly heldBytes?: number;
  /** Bytes of one image's tokens (default: as for the large encoder). */
  readonly tokenBytes?: number;
  readonly cost?: PairCost;
  /** Iterations of the global alignment (default 300). */
  readonly iterations?: number;
}

/** What a run over a scene's pairs will take. */
export interface PairPlan {
  readonly sceneGraph: string;
  /** 1 for one photograph, which is paired with itself as two. */
  readonly images: number;
  /** So many of them are added to a finished scene: only pairs that have one of these are run. */
  readonly added?: number;
  /** In both orders, sorted, none twice: what the network decodes. */
  readonly pairs: readonly Pair[];
  /** The most that the process holds with the predictions in memory, and with them on disk, with what it holds already. */
  readonly memoryBytes: number;
  readonly memoryBytesWithDisk: number;
  readonly diskBytes: number;
  readonly memoryLimit: number;
  /** Whether the limit was asked for; otherwise it is what is free. */
  readonly isLimited: boolean;
  /** Where the predictions have to lie for the run to fit; `nowhere`: it does not. */
  readonly fits: 'memory' | 'disk' | 'nowhere';
  /** Of the network, and of the alignment by a rough model; absent without a cost. */
  readonly seconds?: { readonly network: number; readonly alignment: number };
  /** The largest window of neighbours that fits, where this plan does not. */
  readonly smaller?: PairPlan;
}

/**
 * Counts a scene's pairs and what they will take, before anything is computed.
 * @param graph a scene graph of `makePairs`, or a list of pairs
 */
export function planPairs(count: number, graph: string | readonly Pair[], options: PlanOptions): PairPlan {
  const { heldBytes = 0, memoryLimit = heldBytes + freeMemory() } = options;
  const plan = planGraph(count, graph, { ...options, memoryLimit, isLimited: options.memoryLimit !== undefined });
  if (plan.fits !== 'nowhere') return plan;
  const smaller = largestThatFits(plan, options);
  return smaller ? { ...plan, smaller } : plan;
}

/** For people, as 1.3 GB or 220 MB. */
export function describeBytes(bytes: number): string {
  const [size, unit] = (
    [
      [1e9, 'GB'],
      [1e6, 'MB'],
      [1e3, 'kB'],
    ] as const
  ).find(([least]) => bytes >= 0.95 * least) ?? [1, 'bytes'];
  const value = bytes / size;
  return `${unit === 'GB' ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** Bytes that this process may still take, within the limits of its container. */
export function freeMemory(): number {
  const limit = process.constrainedMemory();
  const withinLimit = limit > 0 ? limit - process.memoryUsage.rss() : Number.POSITIVE_INFINITY;
  return Math.max(0, Math.min(freemem(), withinLimit));
}

type Limited = PlanOptions & Pick<PairPlan, 'memoryLimit' | 'isLimited'>;

function planGraph(count: number, graph: string | readonly Pair[], options: Limited): PairPlan {
  const pairs =
    typeof graph === 'string'
      ? withoutRedundantPairs(makePairs(count, graph, { prefilter: options.prefilter }))
      : bothOrders(graph);
  const bytes = memoryOf(count, pairs.length, options);
  const fits = fitOf(bytes, options.memoryLimit);
  const { cost } = options;
  return {
    sceneGraph: typeof graph === 'string' ? graph : 'a list of pairs',
    images: count,
    pairs,
    ...bytes,
    memoryLimit: options.memoryLimit,
    isLimited: options.isLimited,
    fits,
    ...(cost ? { seconds: secondsOf(count, pairs.length, { ...options, cost }) } : {}),
  };
}

/** Points and confidence of both images of an ordered pair, in half precision. */
const BYTES_PER_PREDICTED_PIXEL = 2 * 8;
/**
 * What the coarse-to-fine alignment copies in float32, laid out for its inner loop, of all pointmaps: a sixteenth of the
 * pixels and what is made on the way; and all pixels of one image at a time, twice while they go to the engine.
 */
const ALIGNED_SHARE = { ofAll: 1 / 4, ofOneImage: 2 };
/** Colours, depth, points, confidence, and the optimiser's state of the depth. */
const BYTES_PER_IMAGE_PIXEL = 60;
/** The network's own needs while it decodes two pairs, for each pixel of an image: 0.8 GB at 512×384 with a DPT head. */
const WORKING_BYTES_PER_PIXEL = 4000;
/** 1024 numbers for each 16×16 pixels. */
const TOKEN_BYTES_PER_PIXEL = 16;

type Memory = Pick<PairPlan, 'memoryBytes' | 'memoryBytesWithDisk' | 'diskBytes'>;

function memoryOf(count: number, pairs: number, { pixels, tokenBytes, heldBytes = 0 }: PlanOptions): Memory {
  const predictions = pairs * pixels * BYTES_PER_PREDICTED_PIXEL;
  const images = count * pixels * BYTES_PER_IMAGE_PIXEL;
  const tokens = count * (tokenBytes ?? pixels * TOKEN_BYTES_PER_PIXEL);
  const network = pixels * WORKING_BYTES_PER_PIXEL + tokens;
  const alignment = 2 * predictions * (ALIGNED_SHARE.ofAll + ALIGNED_SHARE.ofOneImage / Math.max(count, 2));
  // The alignment begins when the network is done.
  const memoryBytesWithDisk = heldBytes + images + Math.max(network, alignment);
  return { memoryBytes: memoryBytesWithDisk + predictions, memoryBytesWithDisk, diskBytes: predictions };
}

function fitOf({ memoryBytes, memoryBytesWithDisk }: Memory, limit: number): PairPlan['fits'] {
  if (memoryBytes <= limit) return 'memory';
  return memoryBytesWithDisk <= limit ? 'disk' : 'nowhere';
}

/** Of the analytic pass, for each observed pixel. */
const ALIGN_SECONDS_PER_PIXEL = 20e-9;
/** Most iterations are on a grid of every fourth pixel both ways; on all of them there are about so many passes. */
const ALIGN_GRID = 16;
const ALIGN_FULL_PASSES = 30;

function secondsOf(count: number, pairs: number, options: PlanOptions & { readonly cost: PairCost }) {
  const { cost, pixels, iterations = 300 } = options;
  const passes = iterations / ALIGN_GRID + ALIGN_FULL_PASSES;
  return {
    network: count * cost.encodeSeconds + pairs * cost.decodeSeconds,
    alignment: count > 2 ? passes * 2 * pairs * pixels * ALIGN_SECONDS_PER_PIXEL : 0,
  };
}

function largestThatFits(plan: PairPlan, options: PlanOptions): PairPlan | undefined {
  const widest = Math.floor((plan.images - 1) / 2);
  const windows = Array.from({ length: widest }, (_, i) => `swin-${widest - i}`);
  for (const graph of [...windows, 'swin-1-noncyclic']) {
    const candidate = planGraph(plan.images, graph, {
      ...options,
      prefilter: undefined,
      memoryLimit: plan.memoryLimit,
      isLimited: plan.isLimited,
    });
    if (candidate.pairs.length < plan.pairs.length && candidate.fits !== 'nowhere') return candidate;
  }
  return undefined;
}
