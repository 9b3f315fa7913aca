import { basename, parse } from 'node:path';
import { type Camera, type Matrix4, toNetworkCamera } from '#geometry/camera.ts';
import type { InferenceImage } from '#image/fit.ts';

/** What is known of a photograph's camera beforehand; what is absent is estimated. */
export interface KnownCamera {
  /** The photograph's name, or its path. */
  readonly name: string;
  /** Rigid, OpenCV axes. */
  readonly camToWorld?: Matrix4;
  /** In pixels of the original photograph, upright; the centre of the top-left pixel is (0, 0). */
  readonly intrinsics?: KnownIntrinsics;
  /**
   * Instead of intrinsics: the angle in radians that the photograph's whole width spans, of square pixels around the
   * photograph's centre.
   */
  readonly fieldOfViewX?: number;
}

export type KnownIntrinsics = Pick<Camera, 'width' | 'height' | 'focalPx' | 'principalPx'>;

/** The same in pixels of the network's image. */
export interface FittedCamera {
  readonly camToWorld?: Matrix4;
  readonly focalPx?: Camera['focalPx'];
  readonly principalPx?: Camera['principalPx'];
}

/**
 * What is known of every photograph, in its order; nothing for those that are not named.
 * @throws Error naming a camera whose intrinsics are of another size, or that belongs to no photograph
 */
export function fitKnownCameras(
  cameras: readonly KnownCamera[],
  photographs: readonly InferenceImage[],
): (FittedCamera | undefined)[] {
  const fitted = new Array<FittedCamera | undefined>(photographs.length).fill(undefined);
  for (const camera of cameras) {
    const index = photographs.findIndex((photograph) => isNamed(photograph, camera.name));
    if (index < 0) continue;
    if (fitted[index]) throw new Error(`known cameras: ${camera.name} is given twice`);
    fitted[index] = fitCamera(camera, photographs[index] as InferenceImage);
  }
  if (fitted.some((camera) => camera !== undefined)) return fitted;
  const [theirs, ours] = [cameras[0]?.name ?? 'none', photographs[0]?.name ?? 'none'];
  throw new Error(`known cameras: expected names of the photographs, such as ${ours}, got ${theirs}`);
}

/** A known camera may name a photograph by its path or by its file's name, which in NeRF's own files has no ending. */
export function isNamed({ name }: { readonly name: string }, given: string): boolean {
  const file = basename(given);
  return name === given || basename(name) === file || parse(name).name === file;
}

const identity = Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1);

function fitCamera(known: KnownCamera, photograph: InferenceImage): FittedCamera {
  const { name, camToWorld, fieldOfViewX } = known;
  const intrinsics =
    known.intrinsics ?? (fieldOfViewX === undefined ? undefined : lensOf(fieldOfViewX, photograph.original));
  const pose = camToWorld ? { camToWorld: expectRigid(name, camToWorld) } : {};
  if (!intrinsics) return pose;
  const { original, mapping, image } = photograph;
  if (intrinsics.width !== original.width || intrinsics.height !== original.height) {
    const theirs = `${intrinsics.width}×${intrinsics.height}`;
    throw new Error(
      `known camera of ${name}: its intrinsics are for ${theirs} pixels, the photograph has ${original.width}×${original.height}; give them in the photograph's pixels`,
    );
  }
  const values = [...intrinsics.focalPx, ...intrinsics.principalPx];
  if (!values.every(Number.isFinite) || Math.min(...intrinsics.focalPx) <= 0)
    throw new Error(
      `known camera of ${name}: expected positive focal lengths and finite numbers, got ${values.join(', ')}`,
    );
  const { focalPx, principalPx } = toNetworkCamera({ ...intrinsics, camToWorld: identity }, mapping, image);
  return { ...pose, focalPx, principalPx };
}

/** The middle of W pixels whose centres are integers is at (W − 1)/2. */
function lensOf(fieldOfViewX: number, { width, height }: InferenceImage['original']): KnownIntrinsics {
  const focal = width / 2 / Math.tan(fieldOfViewX / 2);
  return { width, height, focalPx: [focal, focal], principalPx: [(width - 1) / 2, (height - 1) / 2] };
}

const RIGID_TOLERANCE = 1e-3;

function expectRigid(name: string, pose: Matrix4): Matrix4 {
  const column = (k: number) => [0, 4, 8].map((row) => pose[row + k] as number);
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, v, k) => sum + v * (b[k] as number), 0);
  let worst = pose.length === 16 && [...pose].every(Number.isFinite) ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < 3; i++) {
    for (let j = i; j < 3; j++) worst = Math.max(worst, Math.abs(dot(column(i), column(j)) - Number(i === j)));
  }
  const bottom = [12, 13, 14, 15].map((k) => pose[k] as number);
  worst = Math.max(worst, ...bottom.map((value, k) => Math.abs(value - Number(k === 3))));
  if (worst <= RIGID_TOLERANCE) return pose;
  throw new Error(`known camera of ${name}: expected camToWorld as a rotation and a position, 4×4, got another matrix`);
}
