/**
 * Makes examples/hololens30 of the clips of ../shared/data/hololens30, at half their size: what the demo runs on.
 *   node --import tsx scripts/make-example-clips.ts
 *   npm run dust3r -- prepare check examples/hololens30
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readRgbdView } from '#data/posed-rgbd-view.ts';
import { posedRgbdLayout } from '#data/rgbd-layouts/posed-rgbd-layout.ts';
import type { ListedPair, RgbdFrame, RgbdSequence } from '#data/rgbd-layouts/rgbd-sequence.ts';
import { encodeDepthPng } from '#export/png.ts';
import { makeFolder } from '#files/folder.ts';
import { intrinsicsOf, resizeCamera } from '#geometry/camera.ts';
import { encodeJpeg } from '#image/jpeg.ts';
import { resizeImage } from '#image/resize.ts';
import { resizeNearest } from '#image/resize-nearest.ts';

const [source = '../shared/data/hololens30', target = 'examples/hololens30'] = process.argv.slice(2);
const clips = ['kitchen', 'sofa', 'table'];
const framesOfClip = 10;
const [width, height] = [270, 180];
const metresOfStep = 0.001;

const sequence = await posedRgbdLayout.read(source, 'hololens30', {});
const poses = (await readFile(join(source, 'poses.txt'), 'utf8')).trimEnd().split('\n');
for (const [at, name] of clips.entries()) await writeClip(join(target, name), at * framesOfClip, sequence);
await writeFile(join(target, 'LICENSE'), await readFile(join(source, 'LICENSE')));

async function writeClip(folder: string, start: number, whole: RgbdSequence): Promise<void> {
  for (const part of ['images', 'depth']) await makeFolder(join(folder, part));
  const frames = whole.frames.slice(start, start + framesOfClip);
  for (const frame of frames) await writeFrame(folder, frame, whole);
  await writeFile(join(folder, 'poses.txt'), `${poses.slice(start, start + framesOfClip).join('\n')}\n`);
  await writeFile(join(folder, 'index.json'), indexText(pairsFrom(start, whole.listedPairs ?? [])));
}

async function writeFrame(folder: string, frame: RgbdFrame, whole: RgbdSequence): Promise<void> {
  const view = await readRgbdView(whole, frame, { dataset: whole.label, instance: frame.name });
  const image = resizeImage(view.image, width, height, 'lanczos');
  const known = { width: view.image.width, height: view.image.height, values: view.depth };
  const depth = resizeNearest(known, width, height, 'centre');
  const K = [...intrinsicsOf(resizeCamera(view.camera, { width, height }))];
  await writeFile(join(folder, 'images', `${frame.name}.jpg`), await encodeJpeg(image, { quality: 90 }));
  await writeFile(join(folder, 'depth', `${frame.name}.png`), encodeDepthPng(depth, { scale: metresOfStep }).png);
  await writeFile(join(folder, 'K.txt'), [0, 3, 6].map((row) => `${K.slice(row, row + 3).join(' ')}\n`).join(''));
}

/** Those of one clip, counted from its first frame. */
function pairsFrom(start: number, pairs: readonly ListedPair[]): ListedPair[] {
  const isInside = (place: number) => place >= start && place < start + framesOfClip;
  return pairs
    .filter(({ i, j }) => isInside(i) && isInside(j))
    .map((pair) => ({ ...pair, i: pair.i - start, j: pair.j - start }));
}

function indexText(pairs: readonly ListedPair[]): string {
  const lines = pairs.map(({ i, j, overlap }) => `    { "i": ${i}, "j": ${j}, "overlap": ${overlap} }`);
  return `{\n  "pairs": [\n${lines.join(',\n')}\n  ]\n}\n`;
}
