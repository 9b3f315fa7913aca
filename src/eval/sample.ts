/** What the page shows of one pair by one method: both views on the method's grid of pixels. */
export interface EvalSample {
  /** Index into the report's pairs. */
  readonly pair: number;
  /** Name of the method. */
  readonly method: string;
  readonly views: readonly [SampleView, SampleView];
}

export interface SampleView {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** [height, width, 3], sRGB. */
  readonly image: Uint8Array;
  /** [height, width], 0 where not known. */
  readonly trueDepth: Float32Array;
  /** The estimate, scaled as it was scored; 0 where there is none. */
  readonly depth: Float32Array;
  readonly confidence?: Float32Array;
}
