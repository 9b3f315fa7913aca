import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runFiles } from '#train/log/run-log.ts';
import { parsePictureName } from '#train/log/sample-pictures.ts';
import type { SampleData } from './plot-data.ts';

/** In a page, as base64 and over all runs. */
const mostBytes = 200e6;

/**
 * The sample pictures of a run, as data URLs, by test set.
 *
 * @param most pictures of a test set; more are thinned out evenly, and the last one stays
 * @throws RangeError if the pictures are too large for one page
 */
export function readSamples(folder: string, run: string, most: number): SampleData[] {
  const samples = join(folder, runFiles.samples);
  if (!existsSync(samples)) return [];
  const pictures = readdirSync(samples)
    .toSorted()
    .flatMap((file) => {
      const name = parsePictureName(file);
      return name ? [{ file, ...name }] : [];
    });
  const budget = { left: mostBytes };
  return [...new Set(pictures.map(({ testSet }) => testSet))].map((testSet) => {
    const ofSet = pictures.filter((picture) => picture.testSet === testSet).toSorted((a, b) => a.epoch - b.epoch);
    const urls = thinned(ofSet, most).flatMap(({ file, epoch }) => {
      const url = pictureUrl(join(samples, file), budget);
      return url === undefined ? [] : [{ epoch, url }];
    });
    return { run, testSet, pictures: urls };
  });
}

/** At most so many, evenly spread, the last one among them. */
export function thinned<Item>(items: readonly Item[], most: number): Item[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, i) => items[Math.round(((i + 1) * items.length) / most) - 1] as Item);
}

const pngStart = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Undefined if the file is no PNG. */
function pictureUrl(path: string, budget: { left: number }): string | undefined {
  const bytes = readFileSync(path);
  if (!bytes.subarray(0, pngStart.length).equals(pngStart)) return undefined;
  budget.left -= bytes.length;
  if (budget.left < 0)
    throw new RangeError(
      `${path}: the sample pictures have more than ${mostBytes / 1e6} MB in all; show fewer of them`,
    );
  return `data:image/png;base64,${bytes.toString('base64')}`;
}
