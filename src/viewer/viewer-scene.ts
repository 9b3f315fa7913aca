import type { Camera } from '#geometry/camera.ts';
import type { RgbImage } from '#image/rgb-image.ts';

/** What the viewer's page shows; a Reconstruction's views fit as they are. */
export interface ViewerScene {
  readonly title: string;
  readonly views: readonly ViewerView[];
  /** Shown visibly beside the title, for instance that the weights are random. */
  readonly note?: string;
  /** The threshold that was chosen for the scene: the slider starts there, and its histogram marks it. */
  readonly minConfidence?: number;
  /** What lengths are in, as "m"; without it the page says that the scene is up to scale. */
  readonly unit?: string;
}

/** One photograph with what is known of each of its pixels. All maps are row-major, with the camera's width and height. */
export interface ViewerView {
  readonly name: string;
  readonly camera: Camera;
  /** [H, W]: z in the camera's frame; a pixel whose depth is not positive and finite has no point. */
  readonly depth: Float32Array;
  /** [H, W], larger is surer; a pixel whose confidence is not finite has no point. */
  readonly confidence: Float32Array;
  readonly image: RgbImage;
}

/** Refuses a scene that the page could not show, naming the view and what is wrong with it. */
export function checkScene({ views, minConfidence }: ViewerScene): void {
  if (views.length === 0) throw new RangeError('viewer: a scene needs at least one view, got none');
  if (minConfidence !== undefined && !Number.isFinite(minConfidence)) {
    throw new RangeError(`viewer: minConfidence must be a finite number, got ${minConfidence}`);
  }
  for (const view of views) {
    checkMaps(view);
    checkCamera(view);
  }
}

function checkMaps({ name, camera, depth, confidence, image }: ViewerView): void {
  const { width, height } = camera;
  for (const [field, { length }] of Object.entries({ depth, confidence })) {
    if (length !== width * height) {
      throw new RangeError(
        `viewer: ${field} of view "${name}" must have ${width * height} entries, as its camera has ${width} × ${height} pixels, got ${length}`,
      );
    }
  }
  if (image.width !== width || image.height !== height) {
    throw new RangeError(
      `viewer: the camera of view "${name}" is for ${width} × ${height} pixels, its image has ${image.width} × ${image.height}; rescale its intrinsics`,
    );
  }
}

function checkCamera({ name, camera: { focalPx, principalPx, camToWorld } }: ViewerView): void {
  const numbers = [...focalPx, ...principalPx, ...camToWorld];
  if (camToWorld.length !== 16 || !numbers.every(Number.isFinite) || Math.min(...focalPx) <= 0) {
    throw new RangeError(
      `viewer: the camera of view "${name}" needs positive focal lengths and a finite 4 × 4 camToWorld, got focal ${focalPx.join(', ')} and camToWorld ${camToWorld.join(', ')}`,
    );
  }
}
