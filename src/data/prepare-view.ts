import { normalizePixels } from '#image/normalize.ts';
import type { NumpyRandom } from '#tensor/random.ts';
import { type CroppedView, type CropResizeOptions, cropResize } from './crop-resize.ts';
import { BrokenSampleError } from './pair-dataset.ts';
import { type TransformName, transforms } from './transform.ts';
import type { RawView, View } from './view.ts';

export interface PrepareOptions extends CropResizeOptions {
  /** Drawn for each view on its own (default 'ImgNorm': none). */
  readonly transform?: TransformName;
}

/**
 * A pair as a dataset reads it → as the network is trained on it (spec 4.1). Both views are cropped before the first
 * is transformed, so that the crops that a seed gives do not depend on the transform.
 * @throws BrokenSampleError if a view cannot be cropped, has no depth left, or its pose is not known
 */
export function preparePair(
  pair: readonly [RawView, RawView],
  options: PrepareOptions,
  random: NumpyRandom,
): readonly [View, View] {
  const [first, second] = pair.map((raw) => cropResize(raw, options, random)) as [CroppedView, CroppedView];
  return [finish(pair[0], first, options, random), finish(pair[1], second, options, random)];
}

/** One view on its own. */
export function prepareView(raw: RawView, options: PrepareOptions, random: NumpyRandom): View {
  return finish(raw, cropResize(raw, options, random), options, random);
}

function finish(raw: RawView, cropped: CroppedView, options: PrepareOptions, random: NumpyRandom): View {
  const { camera } = cropped;
  const { dataset, label, instance } = raw;
  const name = `${dataset}/${label}/${instance}`;
  if (!camera.camToWorld.every(Number.isFinite)) throw new BrokenSampleError(`${name}: the camera's pose is not known`);
  const { pointsInCamera, valid } = backProject(cropped);
  if (!valid.includes(1)) throw new BrokenSampleError(`${name}: no pixel of the cropped view has a depth above 0`);
  const transformed = transforms[options.transform ?? 'ImgNorm'](cropped.image, random);
  const image = normalizePixels([transformed]);
  const { width, height } = camera;
  const upright = { trueShape: [height, width] as const, camera, dataset, label, instance };
  if (width >= height) return { ...upright, image, pointsInCamera, valid, width, height };
  return {
    ...upright,
    image: transposeGrid(image, width, height),
    pointsInCamera: transposeGrid(pointsInCamera, width, height),
    valid: transposeGrid(valid, width, height),
    width: height,
    height: width,
  };
}

/** Depth [H, W] → points [H, W, 3] in the camera's frame; 0 where there is no finite depth above 0 (spec 4.1, step 3). */
function backProject({ depth, camera }: CroppedView): Pick<View, 'pointsInCamera' | 'valid'> {
  const { width, focalPx, principalPx } = camera;
  const pointsInCamera = new Float32Array(depth.length * 3);
  const valid = new Uint8Array(depth.length);
  for (let i = 0; i < depth.length; i++) {
    const z = depth[i] as number;
    if (!(z > 0 && z < Number.POSITIVE_INFINITY)) continue;
    const x = i % width;
    valid[i] = 1;
    pointsInCamera[3 * i] = ((x - principalPx[0]) * z) / focalPx[0];
    pointsInCamera[3 * i + 1] = (((i - x) / width - principalPx[1]) * z) / focalPx[1];
    pointsInCamera[3 * i + 2] = z;
  }
  return { pointsInCamera, valid };
}

/** [H, W, C] → [W, H, C]: the pixel grid only, never X and Y of the points (pitfall 18). */
function transposeGrid<Values extends Float32Array | Uint8Array>(
  values: Values,
  width: number,
  height: number,
): Values {
  const channels = values.length / (width * height);
  const transposed = values.slice() as Values;
  for (let x = 0, to = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      const from = (y * width + x) * channels;
      for (let channel = 0; channel < channels; channel++, to++) transposed[to] = values[from + channel] as number;
    }
  }
  return transposed;
}
