/** Coloured points, P of them, in the world's frame (OpenCV axes: x right, y down, z forward). */
export interface PointCloud {
  /** [P, 3] */
  readonly positions: Float32Array;
  /** [P, 3] sRGB */
  readonly colors: Uint8Array;
  /** [P], larger is surer */
  readonly confidence?: Float32Array;
}

/** Throws unless all parts are of P points and every coordinate is finite. */
export function expectPointCloud(name: string, { positions, colors, confidence }: PointCloud): void {
  const count = positions.length / 3;
  const confidences = confidence?.length ?? count;
  if (!Number.isInteger(count) || colors.length !== positions.length || confidences !== count) {
    throw new RangeError(
      `${name}: expected 3 coordinates, 3 colours and 1 confidence per point, got ${positions.length}, ${colors.length} and ${confidences}`,
    );
  }
  const bad = positions.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new RangeError(`${name}: point ${Math.floor(bad / 3)} is not finite; see selectPoints()`);
  }
}

/** The finite points whose confidence is at least `minConfidence`, for instance of a pointmap and its image. */
export function selectPoints(
  positions: Float32Array,
  colors: Uint8Array,
  confidence: Float32Array,
  minConfidence: number,
): Required<PointCloud> {
  if (positions.length !== 3 * confidence.length || colors.length !== positions.length) {
    throw new RangeError(
      `selectPoints: expected 3 coordinates and 3 colours for each of ${confidence.length} confidences, got ${positions.length} and ${colors.length}`,
    );
  }
  const kept = keptPoints(positions, confidence, minConfidence);
  const cloud = {
    positions: new Float32Array(3 * kept.length),
    colors: new Uint8Array(3 * kept.length),
    confidence: Float32Array.from(kept, (i) => confidence[i] as number),
  };
  for (let i = 0; i < cloud.positions.length; i++) {
    const from = 3 * (kept[(i / 3) | 0] as number) + (i % 3);
    cloud.positions[i] = positions[from] as number;
    cloud.colors[i] = colors[from] as number;
  }
  return cloud;
}

function keptPoints(positions: Float32Array, confidence: Float32Array, minConfidence: number): Uint32Array {
  const kept = new Uint32Array(confidence.length);
  let count = 0;
  for (let i = 0; i < confidence.length; i++) {
    const sum = (positions[3 * i] as number) + (positions[3 * i + 1] as number) + (positions[3 * i + 2] as number);
    if ((confidence[i] as number) >= minConfidence && Number.isFinite(sum)) kept[count++] = i;
  }
  return kept.subarray(0, count);
}

/** All points of several clouds, in order. Confidences are kept where every cloud has them. */
export function mergePointClouds(clouds: readonly PointCloud[]): PointCloud {
  const count = clouds.reduce((sum, cloud) => sum + cloud.positions.length / 3, 0);
  const positions = new Float32Array(3 * count);
  const colors = new Uint8Array(3 * count);
  const confidence = clouds.every((cloud) => cloud.confidence) ? new Float32Array(count) : undefined;
  let at = 0;
  for (const cloud of clouds) {
    positions.set(cloud.positions, 3 * at);
    colors.set(cloud.colors, 3 * at);
    confidence?.set(cloud.confidence ?? [], at);
    at += cloud.positions.length / 3;
  }
  return confidence ? { positions, colors, confidence } : { positions, colors };
}
