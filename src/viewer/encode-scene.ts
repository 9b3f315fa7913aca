import { promisify } from 'node:util';
import { deflateRaw } from 'node:zlib';
import { encodeJpeg } from '#image/jpeg.ts';
import { toResiduals } from './predict-map.ts';
import {
  type ConfidenceScale,
  codesPerPixel,
  confidenceToLevel,
  type DepthScale,
  depthScale,
  depthToCode,
  noPoint,
  type SceneHeader,
  type ViewHeader,
} from './scene-format.ts';
import { checkScene, type ViewerScene, type ViewerView } from './viewer-scene.ts';

const deflate = promisify(deflateRaw);
const photographQuality = 88;

export interface EncodedScene {
  readonly header: SceneHeader;
  readonly views: readonly EncodedView[];
}

interface EncodedView {
  /** Depth and confidence codes, packed as scene-format.ts says. */
  readonly map: Uint8Array;
  /** A JPEG file. */
  readonly photograph: Uint8Array;
}

/**
 * A scene in the page's format. A confidence of zero or less is the lowest level.
 *
 * @throws RangeError if a view's maps, image or camera do not fit
 */
export async function encodeScene(scene: ViewerScene): Promise<EncodedScene> {
  checkScene(scene);
  const confidence = confidenceScale(scene.views);
  const headers: ViewHeader[] = [];
  const views: EncodedView[] = [];
  for (const view of scene.views) {
    const depth = scaleOfDepths(view);
    const { codes, pointCount } = encodeMap(view, depth, confidence);
    headers.push(viewHeader(view, depth, pointCount));
    const { width, height } = view.camera;
    const photograph = await encodeJpeg(view.image, { longSide: Math.max(width, height), quality: photographQuality });
    views.push({ map: await packMap(codes, width), photograph });
  }
  const { title, note, unit, minConfidence } = scene;
  return {
    header: {
      title,
      ...(note ? { note } : {}),
      ...(unit ? { unit } : {}),
      ...(minConfidence === undefined ? {} : { minConfidence }),
      confidence,
      views: headers,
    },
    views,
  };
}

function hasPoint({ depth, confidence }: ViewerView, pixel: number): boolean {
  const z = depth[pixel] as number;
  return z > 0 && Number.isFinite(z) && Number.isFinite(confidence[pixel]);
}

/** The least and the greatest positive value among the pixels that have a point; 1 and 1 without any. */
function positiveRange(view: ViewerView, values: Float32Array): { min: number; max: number } {
  let min = Number.POSITIVE_INFINITY;
  let max = 0;
  for (let pixel = 0; pixel < values.length; pixel++) {
    const value = values[pixel] as number;
    if (!(value > 0 && hasPoint(view, pixel))) continue;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return max > 0 ? { min, max } : { min: 1, max: 1 };
}

function confidenceScale(views: readonly ViewerView[]): ConfidenceScale {
  const ranges = views.filter(hasSurePoint).map((view) => positiveRange(view, view.confidence));
  if (ranges.length === 0) return { min: 1, max: 1 };
  return { min: Math.min(...ranges.map(({ min }) => min)), max: Math.max(...ranges.map(({ max }) => max)) };
}

function hasSurePoint(view: ViewerView): boolean {
  return view.confidence.some((value, pixel) => value > 0 && hasPoint(view, pixel));
}

function scaleOfDepths(view: ViewerView): DepthScale {
  const { min, max } = positiveRange(view, view.depth);
  return depthScale(min, max);
}

/** One plane of depth codes, then one of confidence levels. */
function encodeMap(view: ViewerView, scale: DepthScale, confidence: ConfidenceScale) {
  const pixels = view.depth.length;
  const codes = new Uint16Array(codesPerPixel * pixels).fill(noPoint);
  let pointCount = 0;
  for (let pixel = 0; pixel < pixels; pixel++) {
    if (!hasPoint(view, pixel)) continue;
    codes[pixel] = depthToCode(view.depth[pixel] as number, scale);
    codes[pixels + pixel] = confidenceToLevel(view.confidence[pixel] as number, confidence);
    pointCount++;
  }
  return { codes, pointCount };
}

/** All low bytes of the first plane's residuals, all high bytes, then those of the second; deflated. */
async function packMap(codes: Uint16Array, width: number): Promise<Uint8Array> {
  const pixels = codes.length / codesPerPixel;
  const bytes = new Uint8Array(2 * codes.length);
  for (let plane = 0; plane < codesPerPixel; plane++) {
    const residuals = toResiduals(codes.subarray(plane * pixels, (plane + 1) * pixels), width);
    const start = 2 * plane * pixels;
    for (let i = 0; i < pixels; i++) {
      bytes[start + i] = residuals[i] as number;
      bytes[start + pixels + i] = (residuals[i] as number) >> 8;
    }
  }
  return deflate(bytes);
}

function viewHeader({ name, camera }: ViewerView, depth: DepthScale, pointCount: number): ViewHeader {
  const { width, height, focalPx, principalPx, camToWorld } = camera;
  return { name, width, height, pointCount, depth, focalPx, principalPx, camToWorld: [...camToWorld] };
}
