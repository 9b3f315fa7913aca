import type { Camera, Matrix4 } from '#geometry/camera.ts';

/** A pinhole matrix without skew. Pixel centres at integers. */
export interface Intrinsics {
  readonly focalPx: readonly [x: number, y: number];
  readonly principalPx: readonly [x: number, y: number];
  /** Of the image that the numbers are meant for; without it they are meant for the image as it is stored. */
  readonly size?: { readonly width: number; readonly height: number };
}

/** A frame as its layout's index tells it; neither file has been opened. */
export interface RgbdFrame {
  /** Unique within the sequence. */
  readonly name: string;
  readonly imagePath: string;
  readonly depthPath: string;
  readonly intrinsics: Intrinsics;
  /** OpenCV axes, metres. Rotations are exact to rounding. */
  readonly camToWorld: Matrix4;
}

/** How stored depth becomes metres. */
export interface DepthFormat {
  /** Metres of one step of the 16-bit value. */
  readonly scale: number;
  /** The stored values, besides 0, that mean "none". */
  readonly none: readonly number[];
}

/** Why a frame cannot be used. */
export interface FrameProblem {
  /** A file is missing or damaged; the pose is no rigid transform; tracking was lost; nothing else of that moment. */
  readonly kind: 'file' | 'pose' | 'tracking' | 'unmatched';
  /** The file that is wrong or missing. */
  readonly file: string;
  readonly reason: string;
}

/** A pair that a file beside the frames lists, by places in `frames`. */
export interface ListedPair {
  readonly i: number;
  readonly j: number;
  /** Without it the overlap is to be measured. */
  readonly overlap?: number;
}

export type LayoutName = 'posed-rgbd' | '7-scenes' | 'tum';

/** The frames of one camera that moves through one scene. */
export interface RgbdSequence {
  readonly layout: LayoutName;
  readonly folder: string;
  /** Unique within the dataset. */
  readonly label: string;
  readonly frames: readonly RgbdFrame[];
  readonly depth: DepthFormat;
  /** Frames that are left out: a file is missing, or there is no usable pose. */
  readonly unusable: readonly FrameProblem[];
  /** The largest deviation of a pose's rotation from an orthonormal matrix, before it was made one. */
  readonly poseDeviation: number;
  readonly listedPairs?: readonly ListedPair[];
}

export interface LayoutOptions {
  /** Instead of those of the layout or of K.txt. */
  readonly intrinsics?: Intrinsics;
  /** Metres of one step of the stored depth, instead of the layout's. */
  readonly depthScale?: number;
}

/** One way to lay posed frames out in folders. */
export interface RgbdLayout {
  readonly name: LayoutName;
  /** What a folder of it holds, for messages. */
  readonly describe: string;
  /** Whether the entries of a folder are those of one sequence. */
  matches(entries: readonly string[]): boolean;
  /** @throws Error, one line that names the file, where the index itself is missing or damaged */
  read(folder: string, label: string, options: LayoutOptions): Promise<RgbdSequence>;
}

/** The camera of an image of the given size. */
export function frameCamera(frame: RgbdFrame, { width, height }: { width: number; height: number }): Camera {
  const { focalPx, principalPx, size } = frame.intrinsics;
  const sx = size ? width / size.width : 1;
  const sy = size ? height / size.height : 1;
  return {
    width,
    height,
    focalPx: [focalPx[0] * sx, focalPx[1] * sy],
    principalPx: [(principalPx[0] + 0.5) * sx - 0.5, (principalPx[1] + 0.5) * sy - 0.5],
    camToWorld: frame.camToWorld,
  };
}

/** Where only every n-th frame, or some of them, are wanted: listed pairs follow. */
export function selectFrames(sequence: RgbdSequence, keep: (place: number) => boolean): RgbdSequence {
  const places = sequence.frames.map((_, place) => place).filter(keep);
  const newPlace = new Map(places.map((place, at) => [place, at]));
  const frames = places.map((place) => sequence.frames[place] as RgbdFrame);
  if (!sequence.listedPairs) return { ...sequence, frames };
  const listedPairs = sequence.listedPairs.flatMap((pair) => {
    const [i, j] = [newPlace.get(pair.i), newPlace.get(pair.j)];
    return i === undefined || j === undefined ? [] : [{ ...pair, i, j }];
  });
  return { ...sequence, frames, listedPairs };
}
