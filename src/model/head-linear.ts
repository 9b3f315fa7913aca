import * as tf from '@tensorflow/tfjs';
import type { Params } from '#tensor/params.ts';
import { headLinearSpec, linear } from './layers.ts';
import { pixelShuffle } from './pixel-shuffle.ts';
import type { Grid } from './rope2d.ts';

export const linearHeadSpec = (dim: number, patchSize: number, channels: number) => ({
  proj: headLinearSpec(dim, channels * patchSize ** 2),
});
export type LinearHeadParams = Params<ReturnType<typeof linearHeadSpec>>;

/** Last decoder tokens [B, N, C] → raw channels [B, rows·P, columns·P, channels]. */
export function linearHead(p: LinearHeadParams, tokens: tf.Tensor3D, grid: Grid, patchSize: number): tf.Tensor4D {
  return tf.tidy(() => {
    const packed = linear(p.proj, tokens);
    const [B, , packedChannels] = packed.shape;
    return pixelShuffle(packed.reshape([B, grid.rows, grid.columns, packedChannels]), patchSize);
  });
}
