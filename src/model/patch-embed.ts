import type * as tf from '@tensorflow/tfjs';
import { type Params, param } from '#tensor/params.ts';
import { fanInUniform, linear } from './layers.ts';
import { mapByOrientation, swapSpatialAxes } from './orientation.ts';
import type { Grid } from './rope2d.ts';

export const patchEmbedSpec = (dim: number, patchSize: number) => ({
  proj: {
    weight: param([dim, 3, patchSize, patchSize], { kind: 'xavierUniform', fanIn: 3 * patchSize ** 2, fanOut: dim }),
    bias: param([dim], fanInUniform(3 * patchSize ** 2)),
  },
});
export type PatchEmbedParams = Params<ReturnType<typeof patchEmbedSpec>>;

/** Height and width of an image in its true orientation; a portrait one may be stored transposed. */
export type TrueShape = readonly [height: number, width: number];

/** Images [B, H, W, 3] in [-1, 1] → tokens [B, N, C], row by row: a convolution with stride = kernel as a product. */
export function patchEmbed({ proj }: PatchEmbedParams, images: tf.Tensor4D): tf.Tensor3D {
  const [B, H, W] = images.shape;
  const [dim, , patchSize] = proj.weight.shape as [number, number, number];
  const [rows, columns] = [H / patchSize, W / patchSize];
  const patches: tf.Tensor3D = images
    .reshape([B, rows, patchSize, columns, patchSize, 3])
    .transpose([0, 1, 3, 5, 2, 4]) // [B, rows, columns, 3, P, P]: the weight's order
    .reshape([B, rows * columns, 3 * patchSize ** 2]);
  return linear({ weight: proj.weight.reshape([dim, 3 * patchSize ** 2]), bias: proj.bias }, patches);
}

/**
 * The same for a landscape batch in which portrait images are stored transposed: these are turned back first, so
 * that their tokens run row by row through the portrait image (spec 1.2). Both kinds have the same N.
 */
export function manyAspectRatiosPatchEmbed(
  p: PatchEmbedParams,
  images: tf.Tensor4D,
  isPortrait: readonly boolean[],
): tf.Tensor3D {
  const embedded = mapByOrientation([images], isPortrait, {
    landscape: ([x]) => patchEmbed(p, x as tf.Tensor4D),
    portrait: ([x]) => patchEmbed(p, swapSpatialAxes(x as tf.Tensor4D)),
  });
  return embedded as tf.Tensor3D;
}

/** The patch grid of every image, in its true orientation. @throws RangeError for sizes that cannot be cut in patches */
export function patchGrids(imageShape: TrueShape, trueShapes: readonly TrueShape[], patchSize: number): Grid[] {
  const [H, W] = imageShape;
  if (H % patchSize !== 0 || W % patchSize !== 0 || H === 0 || W === 0)
    throw new RangeError(
      `encode: expected a height and width that are positive multiples of the patch size ${patchSize}, got ${H}×${W}; crop the image first`,
    );
  return trueShapes.map(([height, width], i) => {
    const isStoredAsIs = height === H && width === W;
    if (!isStoredAsIs && (height !== W || width !== H))
      throw new RangeError(`encode: true shape ${i}: expected ${H}×${W} or ${W}×${H}, got ${height}×${width}`);
    return { rows: height / patchSize, columns: width / patchSize };
  });
}
