import type { DepthThumbnail } from '#data/posed-rgbd-thumbnail.ts';
import type { RawView } from '#data/view.ts';
import { resizeCamera } from '#geometry/camera.ts';
import { resizeNearest } from '#image/resize-nearest.ts';
import { gridPoints } from './depth-agreement.ts';

/** As of the thumbnails that overlaps of posed folders are measured with. */
const longSide = 96;
const pointStride = 3;

/** The depth of a view that has been read, at a small size; sky and what is not finite count as unknown. */
export function viewThumbnail({ image: { width, height }, depth, camera }: RawView): DepthThumbnail {
  const shrink = Math.min(1, longSide / Math.max(width, height));
  const size = { width: Math.max(1, Math.round(width * shrink)), height: Math.max(1, Math.round(height * shrink)) };
  const { values } = resizeNearest({ width, height, values: depth }, size.width, size.height, 'centre');
  const small = {
    camera: resizeCamera(camera, size),
    depth: values.map((z) => (z > 0 && z < Number.POSITIVE_INFINITY ? z : 0)),
  };
  const original = { width, height };
  return { ...small, points: gridPoints(small, pointStride), imageSize: original, depthSize: original };
}
