import { evenly } from '#data/posed-rgbd-balance.ts';
import type { DepthThumbnail } from '#data/posed-rgbd-thumbnail.ts';
import type { FrameProblem, RgbdSequence } from '#data/rgbd-layouts/rgbd-sequence.ts';
import { percentiles } from '#export/percentile.ts';
import type { CheckItem } from './check-report.ts';

/** Share of frames that may be without pose or partner before it is more than the usual loss. */
const manyLost = 0.25;

/** Missing and damaged files. */
export function checkFiles(sequence: RgbdSequence, broken: readonly FrameProblem[]): CheckItem {
  const problems = [...sequence.unusable, ...broken];
  const all = sequence.frames.length + sequence.unusable.length;
  const files = problems.filter(({ kind }) => kind === 'file');
  const unmatched = problems.filter(({ kind }) => kind === 'unmatched');
  if (files.length > 0)
    return {
      name: 'files',
      verdict: 'error',
      found: `${files.length} of ${all} frames have a missing or damaged file`,
      advice: 'repair or remove them; training leaves these frames out',
      files: files.map(({ file, reason }) => `${file}: ${reason}`),
    };
  if (unmatched.length > 0)
    return {
      name: 'files',
      verdict: unmatched.length > manyLost * all ? 'warning' : 'ok',
      found: `${unmatched.length} of ${all} images have no depth or pose near in time: ${listed(unmatched)}`,
      advice: 'they are left out',
    };
  return { name: 'files', verdict: 'ok', found: `${all} frames, all with image and depth` };
}

export function checkPoses({ frames, unusable, poseDeviation }: RgbdSequence): CheckItem {
  const name = 'poses';
  const [wrong, lost] = [
    unusable.filter(({ kind }) => kind === 'pose'),
    unusable.filter(({ kind }) => kind === 'tracking'),
  ];
  if (wrong.length > 0)
    return {
      name,
      verdict: 'error',
      found: `${wrong.length} poses are no rigid transforms: ${listed(wrong)}`,
      advice: 'store 4×4 matrices row by row, a rotation without scale and a translation',
    };
  if (lost.length > 0)
    return {
      name,
      verdict: lost.length > manyLost * (frames.length + lost.length) ? 'error' : 'warning',
      found: `${lost.length} poses are not finite: ${listed(lost)}`,
      advice: 'they are left out',
    };
  if (poseDeviation > 1e-3)
    return {
      name,
      verdict: 'warning',
      found: `rotations are off orthonormal by up to ${poseDeviation.toPrecision(2)}`,
      advice: 'they are made orthonormal; store them with more digits',
    };
  return { name, verdict: 'ok', found: `finite, rotations orthonormal within ${poseDeviation.toExponential(1)}` };
}

export function checkSizes(thumbnails: readonly DepthThumbnail[]): CheckItem {
  const name = 'sizes';
  const spelled = ({ width, height }: { width: number; height: number }) => `${width}×${height}`;
  const images = [...new Set(thumbnails.map(({ imageSize }) => spelled(imageSize)))];
  const depths = [...new Set(thumbnails.map(({ depthSize }) => spelled(depthSize)))];
  const found = `images ${images.slice(0, 3).join(', ')}, depth ${depths.slice(0, 3).join(', ')}`;
  if (images.length > 1)
    return {
      name,
      verdict: 'warning',
      found: `images of ${images.length} sizes: ${images.slice(0, 3).join(', ')}`,
      advice: 'K.txt then needs a line of nine numbers for each image',
    };
  const isSame = thumbnails.every(({ imageSize, depthSize }) => spelled(imageSize) === spelled(depthSize));
  if (isSame) return { name, verdict: 'ok', found };
  return {
    name,
    verdict: 'warning',
    found,
    advice: "depth is brought to the images' size by nearest neighbours; it must be registered to them",
  };
}

/** Field of view, aspect of pixels, and whether the matrix is that of an image of this size. */
export function checkIntrinsics(thumbnails: readonly DepthThumbnail[]): CheckItem {
  const worst = thumbnails.map(intrinsicsItem).sort((a, b) => severity(b) - severity(a))[0];
  return worst ?? { name: 'intrinsics', verdict: 'error', found: 'no frame can be read', advice: 'see files' };
}

function severity({ verdict }: CheckItem): number {
  return ['ok', 'warning', 'error'].indexOf(verdict);
}

function intrinsicsItem({ camera, imageSize }: DepthThumbnail): CheckItem {
  const name = 'intrinsics';
  const scale = imageSize.width / camera.width;
  const focal = camera.focalPx.map((value) => value * scale) as [number, number];
  const centre = camera.principalPx.map((value) => (value + 0.5) * scale - 0.5) as [number, number];
  const field = (2 * Math.atan(imageSize.width / 2 / focal[0]) * 180) / Math.PI;
  const found = `focal length ${focal[0].toFixed(1)} px, field of view ${field.toFixed(0)}°, principal point (${centre.map((value) => value.toFixed(1)).join(', ')}) of ${imageSize.width}×${imageSize.height}`;
  const offX = (centre[0] + 0.5) / (imageSize.width / 2);
  const offY = (centre[1] + 0.5) / (imageSize.height / 2);
  if (Math.abs(offX - 1) > 0.3 && Math.abs(offX / offY - 1) < 0.15)
    return {
      name,
      verdict: 'error',
      found,
      advice: `the matrix seems to be that of an image ${offX.toFixed(2)} times as large; scale it`,
    };
  if (!(offX > 0 && offX < 2 && offY > 0 && offY < 2))
    return { name, verdict: 'error', found, advice: 'the principal point lies outside of the image; check K.txt' };
  if (Math.max(Math.abs(offX - 1), Math.abs(offY - 1)) > 0.3)
    return {
      name,
      verdict: 'warning',
      found,
      advice: 'the principal point is far off the centre; is the image a crop?',
    };
  if (field < 20 || field > 120 || Math.abs(focal[0] / focal[1] - 1) > 0.1)
    return { name, verdict: 'warning', found, advice: 'unusual focal lengths; are they in pixels of this image?' };
  return { name, verdict: 'ok', found };
}

/** Depth in a range that rooms, streets and objects have. */
export function checkUnits(thumbnails: readonly DepthThumbnail[], depthScale: number): CheckItem {
  const name = 'units';
  const depths = joined(evenly(thumbnails, 200).map(({ depth }) => depth)).filter((value) => value > 0);
  const [low = Number.NaN, middle = Number.NaN, high = Number.NaN] = percentiles(depths, [0.02, 0.5, 0.98]);
  const metres = (value: number) => `${Number(value.toPrecision(3))} m`;
  const found = `depth ${metres(low)} to ${metres(high)}, median ${metres(middle)}, at ${Number(depthScale.toPrecision(4))} m a step`;
  const advice = `is one step of the stored depth really ${Number(depthScale.toPrecision(4))} m? Depth has to be whole millimetres (TUM: 1/5000 m); else give depth_scale`;
  if (middle < 0.05 || middle > 1000) return { name, verdict: 'error', found, advice };
  if (middle < 0.2 || middle > 100) return { name, verdict: 'warning', found, advice };
  return { name, verdict: 'ok', found };
}

export function checkCoverage(thumbnails: readonly DepthThumbnail[]): CheckItem {
  const name = 'depth coverage';
  const shares = Float32Array.from(
    thumbnails,
    ({ depth }) => depth.reduce((count, value) => count + (value > 0 ? 1 : 0), 0) / depth.length,
  );
  const [least = 0, middle = 0] = percentiles(shares, [0, 0.5]);
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
  const found = `${percent(middle)} of the pixels have depth (median; at least ${percent(least)})`;
  if (middle < 0.05) return { name, verdict: 'error', found, advice: 'too little to train on' };
  if (middle < 0.3) return { name, verdict: 'warning', found, advice: 'sparse depth: few pixels will teach anything' };
  return { name, verdict: 'ok', found };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The first few problems, each with its file. */
function listed(problems: readonly FrameProblem[]): string {
  const shown = problems.slice(0, 3).map(({ file, reason }) => `${file}: ${reason}`);
  return [...shown, ...(problems.length > 3 ? [`and ${problems.length - 3} more`] : [])].join('; ');
}
