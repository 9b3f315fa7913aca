type Numbers = Float32Array | Float64Array;

const [BETA1, BETA2, EPSILON] = [0.9, 0.9, 1e-8];

/** Adam as the alignment uses it, (0.9, 0.9) (spec 6.3), on arrays of numbers in place. Of tensors: optim/adamw.ts. */
export class Adam {
  private readonly values: readonly Numbers[];
  private readonly means: readonly Numbers[];
  private readonly squares: readonly Numbers[];
  private steps = 0;

  constructor(values: readonly Numbers[]) {
    this.values = values;
    this.means = values.map((array) => array.slice().fill(0));
    this.squares = values.map((array) => array.slice().fill(0));
  }

  /** Arrays without a gradient stay as they are. */
  step(gradients: readonly (Numbers | undefined)[], learningRate: number): void {
    this.steps++;
    const rate = learningRate / (1 - BETA1 ** this.steps);
    const correction = 1 / Math.sqrt(1 - BETA2 ** this.steps);
    for (const [k, gradient] of gradients.entries()) {
      if (gradient === undefined) continue;
      const [values, means, squares] = [this.values[k], this.means[k], this.squares[k]] as [Numbers, Numbers, Numbers];
      for (let i = 0; i < values.length; i++) {
        const g = gradient[i] as number;
        const mean = BETA1 * (means[i] as number) + (1 - BETA1) * g;
        const square = BETA2 * (squares[i] as number) + (1 - BETA2) * g * g;
        means[i] = mean;
        squares[i] = square;
        values[i] = (values[i] as number) - (rate * mean) / (Math.sqrt(square) * correction + EPSILON);
      }
    }
  }
}
