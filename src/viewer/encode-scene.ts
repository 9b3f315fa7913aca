import {
  bytesPerPoint,
  type ConfidenceScale,
  confidenceToLevel,
  offsetToCode,
  type PositionScale,
  type SceneHeader,
  type ViewHeader,
} from './scene-format.ts';
import { checkScene, type ViewerScene, type ViewerView } from './viewer-scene.ts';

/** The unit of the position code is this share of the median distance: finer for what is near, coarser beyond. */
const unitShare = 0.25;

export interface EncodedScene {
  readonly header: SceneHeader;
  /** One per view, laid out as scene-format.ts says. */
  readonly blocks: readonly Uint8Array[];
}

/**
 * A scene in the page's format. Points whose position or confidence is not finite are dropped; a confidence of zero or
 * less is the lowest level.
 *
 * @throws RangeError if a view's arrays, camera or thumbnail do not fit
 */
export function encodeScene(scene: ViewerScene): EncodedScene {
  checkScene(scene);
  const kept = scene.views.map(finitePixels);
  const confidence = confidenceScale(scene.views, kept);
  const encoded = scene.views.map((view, v) => encodeView(view, kept[v] ?? new Uint32Array(), confidence));
  return {
    header: {
      title: scene.title,
      ...(scene.note ? { note: scene.note } : {}),
      confidence,
      views: encoded.map(({ header }) => header),
    },
    blocks: encoded.map(({ block }) => block),
  };
}

function finitePixels({ width, height, positions, confidence }: ViewerView): Uint32Array {
  const kept = new Uint32Array(confidence.length);
  let count = 0;
  for (const pixel of coarseToFine(width, height)) {
    // A sum is finite only if every term is: float32 terms cannot overflow a float64 sum.
    const sum = coordinateSum(positions, 3 * pixel) + (confidence[pixel] ?? Number.NaN);
    if (Number.isFinite(sum)) kept[count++] = pixel;
  }
  return kept.subarray(0, count);
}

/** Every fourth pixel of every fourth row, then what every second adds, then the rest: see scene-format.ts. */
function* coarseToFine(width: number, height: number): Generator<number> {
  for (const step of [4, 2, 1]) {
    for (let y = 0; y < height; y += step) {
      for (let x = 0; x < width; x += step) {
        const isInCoarser = step < 4 && x % (2 * step) === 0 && y % (2 * step) === 0;
        if (!isInCoarser) yield y * width + x;
      }
    }
  }
}

function coordinateSum(positions: Float32Array, start: number): number {
  return (positions[start] ?? 0) + (positions[start + 1] ?? 0) + (positions[start + 2] ?? 0);
}

function confidenceScale(views: readonly ViewerView[], kept: readonly Uint32Array[]): ConfidenceScale {
  let min = Number.POSITIVE_INFINITY;
  let max = 0;
  views.forEach(({ confidence }, v) => {
    for (const pixel of kept[v] ?? []) {
      const value = confidence[pixel] ?? 0;
      if (value > 0 && value < min) min = value;
      if (value > max) max = value;
    }
  });
  return max > 0 ? { min, max } : { min: 1, max: 1 };
}

function encodeView(view: ViewerView, kept: Uint32Array, confidence: ConfidenceScale) {
  const scale = positionScale(view, kept);
  const codes = new Uint16Array(3 * kept.length);
  const shades = new Uint8Array(4 * kept.length);
  kept.forEach((pixel, point) => {
    for (let axis = 0; axis < 3; axis++) {
      const offset = (view.positions[3 * pixel + axis] ?? 0) - (scale.origin[axis] ?? 0);
      codes[3 * point + axis] = offsetToCode(offset, scale);
      shades[4 * point + axis] = view.colors[3 * pixel + axis] ?? 0;
    }
    shades[4 * point + 3] = confidenceToLevel(view.confidence[pixel] ?? 0, confidence);
  });
  const block = new Uint8Array(bytesPerPoint * kept.length);
  block.set(new Uint8Array(codes.buffer));
  block.set(shades, codes.byteLength);
  return { header: viewHeader(view, scale, kept.length), block };
}

function positionScale({ positions, camera }: ViewerView, kept: Uint32Array): PositionScale {
  const [, , , x = 0, , , , y = 0, , , , z = 0] = camera.camToWorld;
  const origin = [x, y, z] as const;
  const reach = new Float64Array(kept.length);
  kept.forEach((pixel, point) => {
    for (let axis = 0; axis < 3; axis++) {
      const offset = Math.abs((positions[3 * pixel + axis] ?? 0) - (origin[axis] ?? 0));
      if (offset > (reach[point] ?? 0)) reach[point] = offset;
    }
  });
  reach.sort();
  const unit = unitShare * (reach[reach.length >> 1] ?? 0) || 1;
  return { origin, unit, logRange: Math.log1p((reach.at(-1) ?? 0) / unit) || 1 };
}

function viewHeader(view: ViewerView, positions: PositionScale, pointCount: number): ViewHeader {
  const { name, width, height, camera, thumbnail } = view;
  return {
    name,
    width,
    height,
    pointCount,
    positions,
    focalPx: camera.focalPx,
    principalPx: camera.principalPx,
    camToWorld: [...camera.camToWorld],
    ...(thumbnail ? { thumbnail: `data:${thumbnail.mime};base64,${toBase64(thumbnail.bytes)}` } : {}),
  };
}

export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
