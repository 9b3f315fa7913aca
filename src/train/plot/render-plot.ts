import { basename, dirname, join, resolve } from 'node:path';
import { loadPageScript } from '#export/page-script.ts';
import { plotPageSource } from './page-source.ts';
import { plotPage } from './page-template.ts';
import type { PlotData } from './plot-data.ts';
import { readRun } from './read-run.ts';
import { readSamples } from './read-samples.ts';

export interface PlotOptions {
  /** Sample pictures of each run and test set; default 24. */
  readonly samples?: number;
}

/**
 * One HTML page, which needs nothing else, of the curves and sample predictions of training runs.
 *
 * @param folders of the runs, at least one
 * @throws Error, one line that names the folder, if one of them is no run; RangeError without a folder
 */
export async function renderPlot(folders: readonly string[], { samples = 24 }: PlotOptions = {}): Promise<string> {
  if (folders.length === 0) throw new RangeError('renderPlot: expected the folder of at least one run, got none');
  const names = runNames(folders);
  const data: PlotData = {
    runs: [...names].map(([folder, name]) => ({ ...readRun(folder), name })),
    samples: [...names].flatMap(([folder, name]) => readSamples(folder, name, samples)),
  };
  return plotPage({ title: [...names.values()].join(', '), script: await loadPageScript(plotPageSource), data });
}

/** Names of different folders, as short as tells them apart: the last part of their paths, the last two, or the whole. */
function runNames(folders: readonly string[]): Map<string, string> {
  const byPath = new Map(folders.map((folder) => [resolve(folder), folder]));
  const paths = [...byPath.keys()];
  const short = [
    paths.map((path) => basename(path)),
    paths.map((path) => join(basename(dirname(path)), basename(path))),
  ];
  const names = short.find((candidate) => new Set(candidate).size === paths.length) ?? paths;
  return new Map([...byPath.values()].map((folder, i) => [folder, names[i] ?? folder]));
}
