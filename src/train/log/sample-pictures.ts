import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeRgbPng } from '#export/png.ts';
import type { EventImage } from '#export/tfevents.ts';
import { writeFailure, writing } from '#files/write-failure.ts';
import type { PairSample, TrainListener } from '#train/events.ts';
import { paintSamples } from './paint-samples.ts';

/**
 * Keeps a picture of what the network makes of a few pairs at each evaluation (see paintSamples) as
 * `epoch-0003-<test set>.png` in `folder`, counting epochs from 1: how many are done.
 *
 * @throws Error, from the listener, if a file cannot be written
 */
export function createSamplePictures(folder: string, encode: SampleEncoder = encodeSamplePicture): TrainListener {
  const names = new Map<string, string>();
  return (event) => {
    if (event.type !== 'evaluation' || event.samples.length === 0) return;
    const name = names.get(event.testSet) ?? unusedName(event.testSet, [...names.values()]);
    names.set(event.testSet, name);
    writing(folder, () => mkdirSync(folder, { recursive: true }));
    const file = join(folder, `epoch-${String(event.epoch + 1).padStart(4, '0')}-${name}.png`);
    writeWhole(file, encode(event.samples).png);
  };
}

/** The samples of one evaluation, at least one, as a PNG. */
export type SampleEncoder = (samples: readonly PairSample[]) => EventImage;

/** Paints and encodes them (see paintSamples). */
export function encodeSamplePicture(samples: readonly PairSample[]): EventImage {
  const picture = paintSamples(samples);
  return { width: picture.width, height: picture.height, png: encodeRgbPng(picture) };
}

/** What the name of a sample picture tells; undefined for any other file. */
export function parsePictureName(name: string): { readonly epoch: number; readonly testSet: string } | undefined {
  const [, epoch, testSet] = /^epoch-(\d{4,9})-(.+)\.png$/.exec(name) ?? [];
  return testSet === undefined ? undefined : { epoch: Number(epoch), testSet };
}

/** A test set's name with what files should not have in theirs replaced, and a number if another set took that name. */
function unusedName(testSet: string, taken: readonly string[]): string {
  const name =
    testSet
      .replace(/[^\w.]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 80) || 'test';
  for (let count = 1; ; count++) {
    const candidate = count === 1 ? name : `${name}-${count}`;
    if (!taken.includes(candidate)) return candidate;
  }
}

/** Under a temporary name first, so that a kill leaves no half picture under the right one. */
function writeWhole(path: string, bytes: Uint8Array): void {
  const temporary = `${path}.tmp`;
  try {
    writeFileSync(temporary, bytes);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw writeFailure(path, error);
  }
}
