import * as tf from '@tensorflow/tfjs';
import type { CriterionResult } from '#train/criterion.ts';
import type { PixelLossConfig, RegressionConfig, SumOf } from './config.ts';
import { knownMean, type PairPixels, viewMeans } from './pair-pixels.ts';
import { regressionDistances } from './regression.ts';

/** A value for every pixel of a batch of pairs. */
export interface PixelLoss {
  /** [B, P], finite where not valid. */
  readonly values: tf.Tensor2D;
  /** The pixels, of which those count that are valid here. */
  readonly pixels: PairPixels;
  readonly details: CriterionResult['details'];
}

/** Evaluates a loss pixel by pixel; a sum is valid where all of its terms are. */
export function pixelLoss(config: PixelLossConfig, pixels: PairPixels): PixelLoss {
  switch (config.type) {
    case 'Sum':
      return sumOfPixelLosses(config, pixels);
    case 'Scaled': {
      const loss = pixelLoss(config.loss, pixels);
      return { ...loss, values: loss.values.mul(config.factor) };
    }
    default:
      return regressionLoss(config, pixels);
  }
}

function regressionLoss(config: RegressionConfig, allPixels: PairPixels): PixelLoss {
  const { distances, pixels } = regressionDistances(config, allPixels);
  const [view1, view2] = viewMeans(distances, pixels);
  return {
    values: distances,
    pixels,
    details: { [`${config.type}_pts3d_1`]: knownMean(view1), [`${config.type}_pts3d_2`]: knownMean(view2) },
  };
}

function sumOfPixelLosses({ terms }: SumOf<PixelLossConfig>, pixels: PairPixels): PixelLoss {
  const losses = terms.map((term) => pixelLoss(term, pixels));
  const masks = [...new Set(losses.map((loss) => loss.pixels.valid))];
  return {
    values: tf.addN(losses.map(({ values }) => values)),
    pixels: { ...pixels, valid: masks.reduce((all, valid) => all.logicalAnd(valid)) },
    details: Object.assign({}, ...losses.map(({ details }) => details)),
  };
}
