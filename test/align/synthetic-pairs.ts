import { type Camera, depthToPoints, type Matrix4, pixelRays } from '#geometry/camera.ts';
import type { PairwisePrediction } from '#geometry/pointmap.ts';
import { composeTransforms, identityTransform, invertRigid, rigidTransform, transformPoints } from '#geometry/rigid.ts';
import { createFastRandom, type FastRandom } from '#tensor/random.ts';

/** Cameras in a room with balls, and what a network would say of its pairs. */
export interface SyntheticScene {
  readonly cameras: readonly Camera[];
  /** By image, [H·W]. */
  readonly depths: readonly Float32Array[];
  readonly pairs: readonly PairwisePrediction[];
}

export interface SyntheticOptions {
  readonly views?: number;
  readonly width?: number;
  readonly height?: number;
  /** Of every coordinate, relative to the point's depth; standard deviation. */
  readonly noise?: number;
  /** The part of the pixels that are anywhere. */
  readonly outliers?: number;
  /** Whether a pair is predicted; both orders are asked. Default: all. */
  readonly isPair?: (first: number, second: number) => boolean;
  readonly seed?: number;
  /** By image; default: width and height for all. */
  readonly sizes?: readonly (readonly [width: number, height: number])[];
  /** Default: the centre. */
  readonly principalPx?: readonly [x: number, y: number];
}

/** Every ordered pair of views that go around a room, at scales of their own. */
export function syntheticScene(options: SyntheticOptions = {}): SyntheticScene {
  const { views = 4, isPair = () => true, seed = 1 } = options;
  const random = createFastRandom(seed);
  const cameras = Array.from({ length: views }, (_, i): Camera => {
    const [width, height] = options.sizes?.[i] ?? [options.width ?? 32, options.height ?? 24];
    const focal = 1.1 * Math.max(width, height);
    const { principalPx = [width / 2, height / 2] } = options;
    return { width, height, focalPx: [focal, focal], principalPx, camToWorld: lookAround(i / views, random) };
  });
  const depths = cameras.map(castDepths);
  const pairs: PairwisePrediction[] = [];
  for (let first = 0; first < views; first++) {
    for (let second = 0; second < views; second++) {
      if (first !== second && isPair(first, second)) {
        pairs.push(predictPair({ cameras, depths }, [first, second], { ...options, random }));
      }
    }
  }
  return { cameras, depths, pairs };
}

/** A camera near the wall that looks across the room, at a part `turn` of the way around. */
function lookAround(turn: number, random: FastRandom): Matrix4 {
  const angle = 2 * Math.PI * turn * 0.6 + 0.1 * random.normal();
  const centre = [3 * Math.sin(angle), -0.3 + 0.2 * random.normal(), -3 * Math.cos(angle)];
  const yaw = -angle + 0.15 * random.normal();
  const pitch = 0.08 * random.normal();
  const [c, s, cp, sp] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
  return rigidTransform([c, s * sp, s * cp, 0, cp, -sp, -s, c * sp, c * cp], centre);
}

/** x, y, z, radius */
const balls = [
  [0, 0.6, 0, 0.9],
  [1.3, 0.9, 0.8, 0.6],
  [-1.2, 0.8, 0.7, 0.7],
  [0.4, -0.6, -1, 0.4],
] as const;
const HALF_ROOM = [4.5, 1.5, 4.5] as const;

/** z in the camera of what every pixel sees: the nearest ball, or the room's walls. */
function castDepths(camera: Camera): Float32Array {
  const rays = pixelRays(camera);
  const pose = camera.camToWorld;
  const origin = [pose[3], pose[7], pose[11]] as [number, number, number];
  return Float32Array.from({ length: camera.width * camera.height }, (_, i) => {
    const ray = [rays[3 * i], rays[3 * i + 1], rays[3 * i + 2]] as [number, number, number];
    const forward = [2, 6, 10].reduce((sum, at, k) => sum + (pose[at] as number) * (ray[k] as number), 0);
    return forward * Math.min(wallDistance(origin, ray), ...balls.map((ball) => ballDistance(origin, ray, ball)));
  });
}

type Vector = readonly [number, number, number];

function wallDistance(origin: Vector, ray: Vector): number {
  const distances = ray.map((r, k) => (Math.sign(r) * (HALF_ROOM[k] as number) - (origin[k] as number)) / r);
  return Math.min(...distances.filter((distance) => distance > 0));
}

function ballDistance(
  origin: Vector,
  ray: Vector,
  [x, y, z, radius]: readonly [number, number, number, number],
): number {
  const toBall = [x - origin[0], y - origin[1], z - origin[2]];
  const along = toBall.reduce((sum, value, k) => sum + value * (ray[k] as number), 0);
  const missed = radius ** 2 - (toBall.reduce((sum, value) => sum + value * value, 0) - along ** 2);
  const distance = along - Math.sqrt(missed);
  return missed > 0 && distance > 0 ? distance : Infinity;
}

type Prediction = SyntheticOptions & { readonly random: FastRandom };

function predictPair(
  { cameras, depths }: Pick<SyntheticScene, 'cameras' | 'depths'>,
  [first, second]: readonly [number, number],
  prediction: Prediction,
): PairwisePrediction {
  const scale = Math.exp(0.3 * prediction.random.normal());
  const toFirst = invertRigid((cameras[first] as Camera).camToWorld);
  const view = (image: number) => {
    const camera = cameras[image] as Camera;
    const inFirst = image === first ? identityTransform() : composeTransforms(toFirst, camera.camToWorld);
    const points = depthToPoints({ ...camera, camToWorld: identityTransform() }, depths[image] as Float32Array);
    disturb(points, prediction);
    const { width, height } = camera;
    const confidence = Float32Array.from({ length: width * height }, () => 1 + 8 * prediction.random.uniform() ** 2);
    return { width, height, points: transformPoints(inFirst, points).map((x) => scale * x), confidence };
  };
  return { first, second, view1: view(first), view2: view(second) };
}

function disturb(points: Float32Array, { noise = 0, outliers = 0, random }: Prediction): void {
  for (let i = 0; i < points.length; i += 3) {
    const isOutlier = random.uniform() < outliers;
    const size = (points[i + 2] as number) * (isOutlier ? 1 : noise);
    if (size === 0) continue;
    for (let k = i; k < i + 3; k++) points[k] = (points[k] as number) + size * random.normal();
  }
}
