import { join } from 'node:path';
import type { BaselineName } from '#eval/baselines/open-baseline.ts';
import type { EvalMethod } from '#eval/method.ts';
import { makeFolder } from '#files/folder.ts';
import type { Progress } from './progress.ts';

export interface BaselineArguments {
  readonly baseline?: string | undefined;
  readonly constantFrom?: string | undefined;
  readonly datasetModule?: string | undefined;
  readonly output?: string | undefined;
}

/** The names that `--baseline` gives. @throws Error for one that is not known, or that lacks its data */
export async function parseBaselines({ baseline, constantFrom }: BaselineArguments): Promise<BaselineName[]> {
  if (baseline === undefined) return [];
  const { baselineNames } = await import('#eval/baselines/open-baseline.ts');
  const names = baseline.split(',').map((item) => {
    const name = baselineNames.find((each) => each === item.trim());
    if (name) return name;
    throw new Error(`--baseline: expected ${baselineNames.join(', ')}, got ${JSON.stringify(item.trim())}`);
  });
  if (names.includes('constant') && constantFrom === undefined)
    throw new Error('--baseline constant: name the training set by --constant-from, as an expression or saved mean');
  return names;
}

/** Opens them, in the order of their names; the mean that is made on the way is kept beside the report. */
export async function openBaselines(
  args: BaselineArguments,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<EvalMethod[]> {
  const { openBaseline } = await import('#eval/baselines/open-baseline.ts');
  const { constantFrom, datasetModule, output } = args;
  const methods: EvalMethod[] = [];
  const names = await parseBaselines(args);
  if (names.includes('constant') && output !== undefined) await makeFolder(output);
  for (const name of names) {
    const method = await openBaseline(name, {
      ...(constantFrom === undefined ? {} : { constantFrom }),
      ...(output === undefined ? {} : { constantTo: join(output, 'mean-pointmaps.safetensors') }),
      modules: datasetModule === undefined ? [] : [datasetModule],
      onProgress: ({ done, total }) => progress.update(done, total, 'averaging the training set'),
      signal,
    });
    methods.push(method);
  }
  return methods;
}
