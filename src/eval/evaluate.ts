import { BrokenSampleError } from '#data/pair-dataset.ts';
import type { EvalMethod, EvalPair, EvalScene } from './method.ts';
import { protocol } from './protocol.ts';
import {
  type EvalReport,
  type EvalTask,
  evalFormat,
  evalTasks,
  evalVersion,
  type PairFacts,
  type PairRow,
  type PoseRow,
  type SceneFacts,
  type SceneRow,
} from './report.ts';
import type { EvalSample } from './sample.ts';
import { scorePair } from './score-pair.ts';
import { scoreScene } from './score-scene.ts';
import type { EvalSource } from './source.ts';
import { summarize } from './summarize.ts';
import { takeSample } from './take-sample.ts';
import { TrustSample } from './trust-sample.ts';
import { pairFacts, sceneFacts } from './truth.ts';

export interface EvaluateOptions {
  /** Default: all. */
  readonly tasks?: readonly EvalTask[];
  /** Pairs, evenly spaced, of which the maps are kept for pictures (default 6). */
  readonly samples?: number;
  readonly onProgress?: (progress: EvaluateProgress) => void;
  readonly signal?: AbortSignal;
}

interface EvaluateProgress {
  readonly stage: 'pairs' | 'scenes';
  readonly done: number;
  readonly total: number;
  /** The method that begins. */
  readonly method: string;
}

export interface Evaluation {
  readonly report: EvalReport;
  readonly samples: readonly EvalSample[];
}

/**
 * Runs methods over the pairs and scenes of a source and scores them. One pair is held at a time, and every method sees
 * it before the next is read. Pairs that cannot be read are left out and noted.
 * @throws the signal's reason when it is aborted; what a method throws
 */
export async function evaluate(
  source: EvalSource,
  methods: readonly EvalMethod[],
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  const run = new EvaluationRun(source, methods, options);
  await run.pairs();
  await run.scenes();
  return run.finish();
}

interface Rows {
  readonly pairs: PairRow[];
  readonly scenes: SceneRow[];
  readonly scenePoses: PoseRow[];
  readonly trust: TrustSample;
}

class EvaluationRun {
  private readonly source: EvalSource;
  private readonly methods: readonly EvalMethod[];
  private readonly options: EvaluateOptions;
  private readonly tasks: readonly EvalTask[];
  private readonly rows: ReadonlyMap<EvalMethod, Rows>;
  private readonly pairList: PairFacts[] = [];
  private readonly sceneList: SceneFacts[] = [];
  private readonly samples: EvalSample[] = [];
  private readonly notes: string[] = [];

  constructor(source: EvalSource, methods: readonly EvalMethod[], options: EvaluateOptions) {
    this.source = source;
    this.methods = methods;
    this.options = options;
    this.tasks = options.tasks ?? evalTasks;
    const empty = () => ({ pairs: [], scenes: [], scenePoses: [], trust: new TrustSample(source.pairCount) });
    this.rows = new Map(methods.map((method) => [method, empty()]));
  }

  async pairs(): Promise<void> {
    const { pairCount } = this.source;
    const every = Math.max(1, Math.ceil(pairCount / (this.options.samples ?? 6)));
    for (let i = 0; i < pairCount; i++) {
      const pair = await this.read(() => this.source.pair(i));
      if (!pair) continue;
      const facts = pairFacts(pair);
      this.pairList.push(facts);
      for (const method of this.methods) {
        this.tell('pairs', i, method);
        await this.pair(method, { pair, facts, isSample: i % every === 0 });
      }
    }
    this.tell('pairs', pairCount);
  }

  private async pair(
    method: EvalMethod,
    { pair, facts, isSample }: { pair: EvalPair; facts: PairFacts; isSample: boolean },
  ): Promise<void> {
    const { signal } = this.options;
    const { result, seconds } = await timed(() => method.estimatePair(pair, signal ? { signal } : {}));
    const { row, trust } = scorePair(pair, facts, result, this.tasks);
    const rows = this.rows.get(method) as Rows;
    rows.pairs.push({ seconds, ...row });
    if (trust) rows.trust.add(trust);
    const sample = isSample ? takeSample(pair, result, row) : undefined;
    if (sample) this.samples.push({ pair: this.pairList.length - 1, method: method.name, ...sample });
  }

  async scenes(): Promise<void> {
    const able = this.methods.filter(({ estimateScene }) => estimateScene);
    const { sceneCount } = this.source;
    for (let i = 0; i < sceneCount && able.length > 0; i++) {
      const scene = await this.read(() => this.source.scene(i));
      if (!scene) continue;
      this.sceneList.push(sceneFacts(scene));
      for (const method of able) {
        this.tell('scenes', i, method);
        await this.scene(method, scene);
      }
    }
    this.tell('scenes', sceneCount);
  }

  private async scene(method: EvalMethod, scene: EvalScene): Promise<void> {
    const { signal } = this.options;
    const { result, seconds } = await timed(async () => method.estimateScene?.(scene, signal ? { signal } : {}));
    if (!result) return;
    const { row, poses } = scoreScene(scene, result, this.tasks);
    const rows = this.rows.get(method) as Rows;
    rows.scenes.push({ seconds, ...row });
    rows.scenePoses.push(...poses);
  }

  finish(): Evaluation {
    const { name, hasDepth, choice, notes } = this.source;
    const report: EvalReport = {
      format: evalFormat,
      version: evalVersion,
      tasks: this.tasks,
      dataset: { name, hasDepth, choice, notes: [...notes, ...this.notes] },
      protocol,
      pairs: this.pairList,
      scenes: this.sceneList,
      methods: this.methods.map((method) => {
        const measured = { name: method.name, settings: method.settings ?? {}, ...(this.rows.get(method) as Rows) };
        return summarize(measured, this.pairList, this.sceneList);
      }),
    };
    return { report, samples: this.samples };
  }

  private async read<Read>(read: () => Promise<Read>): Promise<Read | undefined> {
    this.options.signal?.throwIfAborted();
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof BrokenSampleError)) throw error;
      this.notes.push(`left out: ${error.message}`);
      return undefined;
    }
  }

  private tell(stage: EvaluateProgress['stage'], done: number, method?: EvalMethod): void {
    const total = stage === 'pairs' ? this.source.pairCount : this.source.sceneCount;
    if (total > 0) this.options.onProgress?.({ stage, done, total, method: method?.name ?? '' });
    this.options.signal?.throwIfAborted();
  }
}

async function timed<Result>(run: () => Promise<Result>): Promise<{ result: Result; seconds: number }> {
  const start = performance.now();
  const result = await run();
  return { result, seconds: (performance.now() - start) / 1e3 };
}
