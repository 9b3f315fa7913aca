/** What is evaluated against what. */
export const evalDataOptions = {
  scene: { type: 'string', describe: 'saved scene.json that is evaluated instead of a network; frames go by name' },
  baseline: {
    type: 'string',
    describe: 'methods for the same table, parted by commas: constant, colmap, colmap-known-k',
  },
  'constant-from': {
    type: 'string',
    describe: 'what constant is the mean of: a dataset expression, or the mean-pointmaps.safetensors of a former run',
  },
  pairs: { type: 'number', default: 100, describe: 'pairs to draw' },
  'min-overlap': { type: 'number', describe: 'of the pairs of a folder (default 0.3)' },
  'max-overlap': { type: 'number', describe: 'of the pairs of a folder (default 1)' },
  every: { type: 'number', default: 1, describe: 'only every n-th frame of sequences with depth' },
  scenes: { type: 'number', default: 0, describe: 'scenes of a folder to solve whole, by global alignment' },
  views: { type: 'number', default: 10, describe: 'views of such a scene' },
  'dataset-module': { type: 'string', describe: 'module with own kinds of dataset' },
} as const;

export interface EvalDataArguments {
  readonly data: string;
  readonly scene?: string | undefined;
  readonly pairs: number;
  readonly minOverlap?: number | undefined;
  readonly maxOverlap?: number | undefined;
  readonly every: number;
  readonly scenes: number;
  readonly views: number;
  readonly datasetModule?: string | undefined;
  readonly seed: number;
}

/** A call, as `Synthetic(size=10, …)` or `2 @ PosedRgbd(…)`; anything else is a folder. */
export const isExpression = (data: string) => /\w\([\s\S]*\)\s*$/.test(data);

/** Tells of numbers that make no sense, and of options that the data cannot follow. */
export function expectDataOptions(args: EvalDataArguments): void {
  const { pairs, every, scenes, views, minOverlap = 0.3, maxOverlap = 1, data, scene } = args;
  expectWhole('pairs', pairs, 0);
  expectWhole('every', every, 1);
  expectWhole('scenes', scenes, 0);
  expectWhole('views', views, 3);
  if (!(minOverlap >= 0 && minOverlap <= maxOverlap && maxOverlap <= 1))
    throw new Error(
      `--min-overlap, --max-overlap: expected shares from 0 to 1 in this order, got ${minOverlap} and ${maxOverlap}`,
    );
  if (!isExpression(data)) return;
  const ofFolders = { '--scenes': scenes > 0, '--scene': scene !== undefined, '--every': every > 1 };
  const hasRange = args.minOverlap !== undefined || args.maxOverlap !== undefined;
  const wrong = Object.entries({ ...ofFolders, '--min-overlap, --max-overlap': hasRange }).find(([, given]) => given);
  if (wrong) throw new Error(`${wrong[0]}: only for a folder; a dataset expression says itself which pairs it has`);
}

function expectWhole(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new Error(`--${name}: expected a whole number from ${least} on, got ${value}`);
}
