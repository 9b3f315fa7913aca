import { evenly } from '#data/posed-rgbd-balance.ts';
import type { DepthThumbnail } from '#data/posed-rgbd-thumbnail.ts';
import type { FrameProblem, RgbdSequence } from '#data/rgbd-layouts/rgbd-sequence.ts';
import { percentiles } from '#export/percentile.ts';
import type { Camera } from '#geometry/camera.ts';
import { joinFloats } from '#tensor/join-floats.ts';
import type { CheckItem } from './check-report.ts';

/** Share of frames that may be without pose or partner before it is more than the usual loss. */
const manyLost = 0.25;

/** Missing and damaged files. */
export function checkFiles(sequence: RgbdSequence, broken: readonly FrameProblem[]): CheckItem {
  const problems = [...sequence.unusable, ...broken];
  const all = sequence.frames.length + sequence.unusable.length;
  const files = problems.filter(({ kind }) => kind === 'file').map(({ file, reason }) => `${file}: ${reason}`);
  const unmatched = problems.filter(({ kind }) => kind === 'unmatched');
  if (files.length > 0) return brokenFiles(`${files.length} of ${all} frames`, files);
  if (unmatched.length > 0)
    return {
      name: 'files',
      verdict: unmatched.length > manyLost * all ? 'warning' : 'ok',
      found: `${unmatched.length} of ${all} images have no depth or pose near in time: ${listed(unmatched)}`,
      advice: 'they are left out',
    };
  return { name: 'files', verdict: 'ok', found: `${all} frames, all with image and depth` };
}

/** @param files each with what is wrong with it */
export function brokenFiles(what: string, files: readonly string[]): CheckItem {
  return {
    name: 'files',
    verdict: 'error',
    found: `${what} have a missing or damaged file`,
    advice: `repair or remove them; training leaves these ${what.split(' ').at(-1)} out`,
    files,
  };
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

/** Field of view, aspect of pixels, and whether the matrix is that of an image of this size; of the worst frame. */
export function checkIntrinsics(thumbnails: readonly DepthThumbnail[]): CheckItem {
  const items = thumbnails.map(intrinsicsItem);
  const [worst] = items.toSorted((a, b) => severity(b) - severity(a));
  if (!worst) return { name: 'intrinsics', verdict: 'error', found: 'no frame can be read', advice: 'see files' };
  const kinds = new Set(items.map(({ found }) => found)).size;
  return kinds === 1 ? worst : { ...worst, found: `${rangesOf(thumbnails)}; e.g. ${worst.found}` };
}

/** Of cameras that differ. */
function rangesOf(thumbnails: readonly DepthThumbnail[]): string {
  const focals = thumbnails.map(({ camera, imageSize }) => (camera.focalPx[0] * imageSize.width) / camera.width);
  const range = (values: readonly number[]) => `${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)}`;
  const fields = thumbnails.map(({ camera }) => fieldOfView(camera));
  const off = Math.max(...thumbnails.map(offCentre));
  return `focal lengths ${range(focals)} px, fields of view ${range(fields)}°, principal points up to ${(100 * off).toFixed(0)} % off the centre`;
}

/** How far the principal point is from the centre, as a share of the side. */
function offCentre({ camera: { width, height, principalPx } }: DepthThumbnail): number {
  const [x, y] = principalPx;
  return Math.max(Math.abs((x + 0.5) / width - 0.5), Math.abs((y + 0.5) / height - 0.5));
}

/** In degrees, across. */
function fieldOfView({ width, focalPx }: Camera): number {
  return (2 * Math.atan(width / 2 / focalPx[0]) * 180) / Math.PI;
}

function severity({ verdict }: CheckItem): number {
  return ['ok', 'warning', 'error'].indexOf(verdict);
}

function intrinsicsItem({ camera, imageSize }: DepthThumbnail): CheckItem {
  const name = 'intrinsics';
  const scale = imageSize.width / camera.width;
  const focal = camera.focalPx.map((value) => value * scale) as [number, number];
  const centre = camera.principalPx.map((value) => (value + 0.5) * scale - 0.5) as [number, number];
  const field = fieldOfView(camera);
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

/**
 * Depth in a range that rooms, streets and objects have.
 * @param depthScale metres of one step of the stored depth; without it lengths may have any unit, and nothing is an error
 */
export function checkUnits(thumbnails: readonly DepthThumbnail[], depthScale?: number): CheckItem {
  const name = 'units';
  const depths = joinFloats(evenly(thumbnails, 200).map(({ depth }) => depth)).filter((value) => value > 0);
  const [low = Number.NaN, middle = Number.NaN, high = Number.NaN] = percentiles(depths, [0.02, 0.5, 0.98]);
  const isUnusual = middle < 0.2 || middle > 100;
  if (depthScale === undefined) {
    const [from, to, usual] = [low, high, middle].map((value) => Number(value.toPrecision(3)));
    const found = `depth ${from} to ${to}, median ${usual}`;
    const advice = 'unusual for metres; BlendedMVS and MegaDepth have no unit, others are to be prepared anew';
    return isUnusual ? { name, verdict: 'warning', found, advice } : { name, verdict: 'ok', found };
  }
  const metres = (value: number) => `${Number(value.toPrecision(3))} m`;
  const found = `depth ${metres(low)} to ${metres(high)}, median ${metres(middle)}, at ${Number(depthScale.toPrecision(4))} m a step`;
  const advice = `is one step of the stored depth really ${Number(depthScale.toPrecision(4))} m? Depth has to be whole millimetres (TUM: 1/5000 m); else give depth_scale`;
  if (middle < 0.05 || middle > 1000) return { name, verdict: 'error', found, advice };
  if (isUnusual) return { name, verdict: 'warning', found, advice };
  return { name, verdict: 'ok', found };
}

/** @param usual share of pixels with depth: less is worth a warning, a sixth of it an error */
export function checkCoverage(thumbnails: readonly DepthThumbnail[], usual = 0.3): CheckItem {
  const name = 'depth coverage';
  const shares = Float32Array.from(
    thumbnails,
    ({ depth }) => depth.reduce((count, value) => count + (value > 0 ? 1 : 0), 0) / depth.length,
  );
  const [least = 0, middle = 0] = percentiles(shares, [0, 0.5]);
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
  const found = `${percent(middle)} of the pixels have depth (median; at least ${percent(least)})`;
  if (middle < usual / 6) return { name, verdict: 'error', found, advice: 'too little to train on' };
  if (middle < usual)
    return { name, verdict: 'warning', found, advice: 'sparse depth: few pixels will teach anything' };
  return { name, verdict: 'ok', found };
}

/** The first few problems, each with its file. */
function listed(problems: readonly FrameProblem[]): string {
  const shown = problems.slice(0, 3).map(({ file, reason }) => `${file}: ${reason}`);
  return [...shown, ...(problems.length > 3 ? [`and ${problems.length - 3} more`] : [])].join('; ');
}
