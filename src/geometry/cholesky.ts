/**
 * The solution of A x = b for a symmetric positive definite matrix, [N, N] row-major, of which only the lower triangle is
 * read. Nothing if it is not positive definite.
 */
export function solvePositive(matrix: Float64Array, right: Float64Array): Float64Array | undefined {
  const factor = factorize(matrix, right.length);
  return factor && substituteBack(factor, substituteForward(factor, right));
}

/** L with A = L Lᵀ. */
function factorize(matrix: Float64Array, size: number): Float64Array | undefined {
  const factor = new Float64Array(matrix.length);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[size * i + j] as number;
      for (let k = 0; k < j; k++) sum -= (factor[size * i + k] as number) * (factor[size * j + k] as number);
      factor[size * i + j] = i === j ? Math.sqrt(sum) : sum / (factor[size * j + j] as number);
    }
    if (!((factor[size * i + i] as number) > 0)) return undefined;
  }
  return factor;
}

function substituteForward(factor: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  const solution = right.slice();
  for (let i = 0; i < size; i++) {
    let sum = solution[i] as number;
    for (let k = 0; k < i; k++) sum -= (factor[size * i + k] as number) * (solution[k] as number);
    solution[i] = sum / (factor[size * i + i] as number);
  }
  return solution;
}

function substituteBack(factor: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  const solution = right.slice();
  for (let i = size - 1; i >= 0; i--) {
    let sum = solution[i] as number;
    for (let k = i + 1; k < size; k++) sum -= (factor[size * k + i] as number) * (solution[k] as number);
    solution[i] = sum / (factor[size * i + i] as number);
  }
  return solution;
}
