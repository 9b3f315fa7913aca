import * as tf from '@tensorflow/tfjs';

/**
 * The median of each row's valid values; of an even number of values the lower middle one, as torch.nanmedian gives. A
 * row without valid values gives 0. The gradient is 0: the losses treat medians as constants (spec pitfall 26).
 *
 * Made of tensor operations alone, since engines on a GPU read back asynchronously only: a full descending sort (topk),
 * which no engine differentiates, inside a customGrad that hides it from the tape.
 * @param values [R, P]
 * @param valid [R, P], bool
 * @returns [R, 1]
 */
export function validMedian(values: tf.Tensor2D, valid: tf.Tensor2D): tf.Tensor2D {
  const constant = tf.customGrad((...args) => {
    const [values] = args as [tf.Tensor2D];
    const { shape } = values;
    return { value: sortedMedian(values, valid), gradFunc: () => tf.zeros(shape) };
  });
  return constant(values) as tf.Tensor2D;
}

function sortedMedian(values: tf.Tensor2D, valid: tf.Tensor2D): tf.Tensor2D {
  const [R, P] = values.shape;
  // A sort whose comparisons meet NaN may read past its array, so NaN goes to the front.
  const ordered = tf.where(values.isNaN(), Number.POSITIVE_INFINITY, values);
  const { values: descending } = tf.topk(tf.where(valid, ordered, Number.NEGATIVE_INFINITY), P);
  const counts = valid.toFloat().sum<tf.Tensor1D>(1);
  const middle = counts.mul(0.5).floor().toInt(); // n values: descending place ⌊n/2⌋ is ascending place ⌊(n − 1)/2⌋
  const places = tf.range(0, R * P, P, 'int32').add<tf.Tensor1D>(middle);
  const medians = descending.reshape([R * P]).gather(places);
  return tf.where(counts.greater(0), medians, 0).reshape([R, 1]);
}
