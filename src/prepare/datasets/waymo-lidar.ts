import type { WaymoFrame, WaymoLaser, WaymoRangeImage } from '#formats/waymo-frame.ts';
import type { Matrix4 } from '#geometry/camera.ts';
import { composeTransforms, transformPoints } from '#geometry/rigid.ts';

/** Where the lidars' beams of one record met something that a camera sees. */
export interface LidarPoints {
  /** [P, 3] in the world. */
  readonly points: Float64Array;
  /** [P, 6]: twice the number of a camera (0: none) and the column and row of its pixel. */
  readonly projections: Int32Array;
}

/**
 * The first echoes of all lidars. Each point of TOP is where it was while it was measured, not where the car is later.
 * @param name what errors call the record
 * @throws Error, one line, if a lidar's calibration does not fit its image
 */
export function lidarPoints({ lasers, vehicleToWorld }: WaymoFrame, name: string): LidarPoints {
  const parts = lasers.flatMap((laser) => {
    const [first] = laser.returns;
    return first ? [pointsOf(laser, first, { vehicleToWorld, name: `${name}: lidar ${laser.name}` })] : [];
  });
  const length = parts.reduce((sum, { points }) => sum + points.length, 0);
  const all = { points: new Float64Array(length), projections: new Int32Array(2 * length) };
  let at = 0;
  for (const { points, projections } of parts) {
    all.points.set(points, at);
    all.projections.set(projections, 2 * at);
    at += points.length;
  }
  return all;
}

interface Surroundings {
  readonly vehicleToWorld: Matrix4;
  /** Of the lidar, for errors. */
  readonly name: string;
}

function pointsOf(laser: WaymoLaser, image: WaymoRangeImage, { vehicleToWorld, name }: Surroundings): LidarPoints {
  const seen = seenPixels(image);
  const inclinations = rowInclinations(laser, image.height, name);
  const inVehicle = transformPoints(laser.laserToVehicle, pointsInLaser({ laser, image, inclinations }, seen));
  const points = image.poses ? movedByPoses(inVehicle, image.poses, seen) : transformPoints(vehicleToWorld, inVehicle);
  const projections = new Int32Array(6 * seen.length);
  for (let i = 0; i < seen.length; i++) {
    const from = 6 * (seen[i] as number);
    projections.set(image.projections.subarray(from, from + 6), 6 * i);
  }
  return { points, projections };
}

/** The pixels of a range image that have an echo which a camera sees. */
function seenPixels({ ranges, projections }: WaymoRangeImage): Uint32Array {
  const seen = new Uint32Array(ranges.length / 4);
  let count = 0;
  for (let i = 0; i < seen.length; i++) {
    if ((ranges[4 * i] as number) > 0 && (projections[6 * i] as number) > 0) seen[count++] = i;
  }
  return seen.subarray(0, count);
}

interface Scan {
  readonly laser: WaymoLaser;
  readonly image: WaymoRangeImage;
  /** Of its rows. */
  readonly inclinations: Float64Array;
}

/**
 * Columns are angles round the lidar's z axis: from π on the left to −π, in the vehicle's directions; rows are
 * inclinations, the highest first (waymo_open_dataset/utils/range_image_utils.py).
 */
function pointsInLaser({ laser, image, inclinations }: Scan, seen: Uint32Array): Float64Array {
  const { width, ranges } = image;
  const turn = Math.atan2(laser.laserToVehicle[4] as number, laser.laserToVehicle[0] as number);
  const points = new Float64Array(3 * seen.length);
  for (let i = 0; i < seen.length; i++) {
    const pixel = seen[i] as number;
    const range = ranges[4 * pixel] as number;
    const inclination = inclinations[Math.floor(pixel / width)] as number;
    const azimuth = Math.PI * (1 - (2 * ((pixel % width) + 0.5)) / width) - turn;
    const inPlane = range * Math.cos(inclination);
    points[3 * i] = inPlane * Math.cos(azimuth);
    points[3 * i + 1] = inPlane * Math.sin(azimuth);
    points[3 * i + 2] = range * Math.sin(inclination);
  }
  return points;
}

function rowInclinations({ inclinations, isUniform }: WaymoLaser, height: number, name: string): Float64Array {
  if (!isUniform) {
    if (inclinations.length === height) return inclinations.slice().reverse();
    throw new Error(
      `${name}: expected ${height} inclinations, one for each row of a range image, found ${inclinations.length}`,
    );
  }
  const [least, most] = inclinations as unknown as [number, number];
  return Float64Array.from({ length: height }, (_, row) => most - ((row + 0.5) / height) * (most - least));
}

/** Points of the vehicle into the world, each by the pose [roll, pitch, yaw, x, y, z] of its pixel. */
function movedByPoses(points: Float64Array, poses: Float32Array, pixels: Uint32Array): Float64Array {
  const moved = new Float64Array(points.length);
  for (let i = 0; i < pixels.length; i++) {
    const at = 6 * (pixels[i] as number);
    const roll = poses[at] as number;
    const pitch = poses[at + 1] as number;
    const yaw = poses[at + 2] as number;
    const x = points[3 * i] as number;
    const y = points[3 * i + 1] as number;
    const z = points[3 * i + 2] as number;
    const rolledY = Math.cos(roll) * y - Math.sin(roll) * z;
    const rolledZ = Math.sin(roll) * y + Math.cos(roll) * z;
    const pitchedX = Math.cos(pitch) * x + Math.sin(pitch) * rolledZ;
    moved[3 * i] = Math.cos(yaw) * pitchedX - Math.sin(yaw) * rolledY + (poses[at + 3] as number);
    moved[3 * i + 1] = Math.sin(yaw) * pitchedX + Math.cos(yaw) * rolledY + (poses[at + 4] as number);
    moved[3 * i + 2] = Math.cos(pitch) * rolledZ - Math.sin(pitch) * x + (poses[at + 5] as number);
  }
  return moved;
}

/** From OpenCV's axes (x right, y down, z forward) to those of Waymo's vehicle and cameras (x forward, y left, z up). */
const openCvToWaymo: Matrix4 = Float64Array.of(0, 0, 1, 0, -1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 0, 1);

/** OpenCV axes. @param cameraToVehicle @param vehicleToWorld while the photograph was taken */
export function waymoPose(cameraToVehicle: Matrix4, vehicleToWorld: Matrix4): Matrix4 {
  return composeTransforms(vehicleToWorld, composeTransforms(cameraToVehicle, openCvToWaymo));
}
