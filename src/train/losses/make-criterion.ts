import * as tf from '@tensorflow/tfjs';
import type { Criterion, CriterionResult } from '#train/criterion.ts';
import type { ConfidenceConfig, CriterionConfig, RegressionConfig, SumOf } from './config.ts';
import { fastCriterion } from './fast-criterion.ts';
import { criterionNotation, parseCriterion } from './notation.ts';
import { expectConfidence, type PairPixels, pairPixels, viewMeans } from './pair-pixels.ts';
import { pixelLoss } from './pixel-loss.ts';

/**
 * Makes a criterion from its description. Details carry the original's names: `Regr3D_pts3d_1` and `_2` are the views'
 * mean distances, NaN for a view without valid pixels in the whole batch (its part of the loss is 0); ConfLoss adds
 * `conf_loss_1` and `conf_loss2`.
 * @throws SyntaxError if the description is not one that parseCriterion can give
 * @example makeCriterion(parseCriterion("ConfLoss(Regr3D(L21, norm_mode='avg_dis'), alpha=0.2)"))
 */
export function makeCriterion(config: CriterionConfig): Criterion {
  const checked = parseCriterion(criterionNotation(config));
  return fastCriterion(checked) ?? plainCriterion(checked);
}

/** The same written down plainly, with tfjs's gradients: the reference for fastCriterion. */
export function plainCriterion(config: CriterionConfig): Criterion {
  return (truth, prediction) => {
    const run = () => evaluate(config, pairPixels(truth, prediction));
    return tf.tidy(run as unknown as () => tf.TensorContainerObject) as unknown as CriterionResult;
  };
}

function evaluate(config: CriterionConfig, pixels: PairPixels): CriterionResult {
  switch (config.type) {
    case 'ConfLoss':
      return confidenceLoss(config, pixels);
    case 'Sum':
      return sumOfLosses(config, pixels);
    case 'Scaled': {
      const { loss, details } = evaluate(config.loss, pixels);
      return { loss: loss.mul(config.factor), details };
    }
    default:
      return regressionLoss(config, pixels);
  }
}

/** The sum of the views' means, each over the whole batch (spec pitfall 24). */
function regressionLoss(config: RegressionConfig, allPixels: PairPixels): CriterionResult {
  const { values, pixels, details } = pixelLoss(config, allPixels);
  const [view1, view2] = viewMeans(values, pixels);
  return { loss: view1.mean.add(view2.mean), details };
}

function confidenceLoss({ pixelLoss: inner, alpha }: ConfidenceConfig, allPixels: PairPixels): CriterionResult {
  const confidence = expectConfidence(allPixels.confidence);
  const { values, pixels, details } = pixelLoss(inner, allPixels);
  const weighed = values.mul(confidence).sub<tf.Tensor2D>(confidence.log().mul(alpha));
  const [view1, view2] = viewMeans(weighed, pixels);
  return {
    loss: view1.mean.add(view2.mean),
    details: { conf_loss_1: view1.mean, conf_loss2: view2.mean, ...details },
  };
}

function sumOfLosses({ terms }: SumOf<CriterionConfig>, pixels: PairPixels): CriterionResult {
  const results = terms.map((term) => evaluate(term, pixels));
  return {
    loss: tf.addN(results.map(({ loss }) => loss)),
    details: Object.assign({}, ...results.map(({ details }) => details)),
  };
}
