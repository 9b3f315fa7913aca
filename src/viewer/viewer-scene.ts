import type { Camera } from '#geometry/camera.ts';

/** What the viewer's page shows: one cloud of points and one camera per photograph. */
export interface ViewerScene {
  readonly title: string;
  readonly views: readonly ViewerView[];
  /** Shown visibly beside the title, for instance that the weights are random. */
  readonly note?: string;
}

/** One photograph of `width` × `height` pixels: a point, a colour and a confidence for each of them, row by row. */
export interface ViewerView {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** [height, width, 3] in the world's frame, OpenCV axes. */
  readonly positions: Float32Array;
  /** [height, width, 3] sRGB. */
  readonly colors: Uint8Array;
  /** [height, width], larger is surer. */
  readonly confidence: Float32Array;
  /** With intrinsics in pixels of this view. */
  readonly camera: Camera;
  /** The photograph, small: for its camera's image plane and the strip. */
  readonly thumbnail?: Thumbnail;
}

interface Thumbnail {
  readonly mime: 'image/jpeg' | 'image/png' | 'image/webp';
  readonly bytes: Uint8Array;
}

/** Refuses a scene that the page could not show, naming the view and what is wrong with it. */
export function checkScene(scene: ViewerScene): void {
  if (scene.views.length === 0) throw new RangeError('viewer: a scene needs at least one view, got none');
  for (const view of scene.views) {
    checkLengths(view);
    checkCamera(view);
    checkThumbnail(view);
  }
}

function checkLengths({ name, width, height, positions, colors, confidence }: ViewerView): void {
  const pixels = width * height;
  const lengths = { positions: [positions.length, 3], colors: [colors.length, 3], confidence: [confidence.length, 1] };
  for (const [field, [length = 0, channels = 1]] of Object.entries(lengths)) {
    if (length !== pixels * channels) {
      throw new RangeError(
        `viewer: ${field} of view "${name}" must have ${pixels * channels} entries (${width} × ${height} pixels), got ${length}`,
      );
    }
  }
}

function checkCamera({ name, width, height, camera }: ViewerView): void {
  if (camera.width !== width || camera.height !== height) {
    throw new RangeError(
      `viewer: the camera of view "${name}" is for ${camera.width} × ${camera.height} pixels, the view has ${width} × ${height}; rescale its intrinsics`,
    );
  }
  const numbers = [...camera.focalPx, ...camera.principalPx, ...camera.camToWorld];
  if (camera.camToWorld.length !== 16 || !numbers.every(Number.isFinite) || Math.min(...camera.focalPx) <= 0) {
    throw new RangeError(
      `viewer: the camera of view "${name}" needs positive focal lengths and a finite 4 × 4 camToWorld, got focal ${camera.focalPx.join(', ')} and camToWorld ${camera.camToWorld.join(', ')}`,
    );
  }
}

function checkThumbnail({ name, thumbnail }: ViewerView): void {
  if (thumbnail && !/^image\/(jpeg|png|webp)$/.test(thumbnail.mime)) {
    throw new RangeError(
      `viewer: the thumbnail of view "${name}" must be image/jpeg, image/png or image/webp, got ${thumbnail.mime}`,
    );
  }
}
