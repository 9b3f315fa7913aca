import { type DepthThumbnail, gridPoints, pointStride, thumbnailSize } from '#data/posed-rgbd-thumbnail.ts';
import type { RawView } from '#data/view.ts';
import { resizeCamera } from '#geometry/camera.ts';
import { resizeNearest } from '#image/resize-nearest.ts';

/** As `readThumbnail` makes it of files: the depth of a view that has been read, at a small size; sky and what is not finite count as unknown. */
export function viewThumbnail({ image: { width, height }, depth, camera }: RawView): DepthThumbnail {
  const size = thumbnailSize({ width, height });
  const { values } = resizeNearest({ width, height, values: depth }, size.width, size.height, 'centre');
  const small = {
    camera: resizeCamera(camera, size),
    depth: values.map((z) => (z > 0 && z < Number.POSITIVE_INFINITY ? z : 0)),
  };
  const original = { width, height };
  return { ...small, points: gridPoints(small, pointStride), imageSize: original, depthSize: original };
}
