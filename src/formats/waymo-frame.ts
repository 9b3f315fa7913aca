import { inflateUpTo } from './inflate.ts';
import { ProtoMessage } from './protobuf.ts';

/** The numbers of Waymo's cameras, laser scanners and message fields: waymo_open_dataset/dataset.proto. */
const cameraNames = ['FRONT', 'FRONT_LEFT', 'FRONT_RIGHT', 'SIDE_LEFT', 'SIDE_RIGHT'] as const;
const laserNames = ['TOP', 'FRONT', 'SIDE_LEFT', 'SIDE_RIGHT', 'REAR'] as const;
export type WaymoCameraName = (typeof cameraNames)[number];
type WaymoLaserName = (typeof laserNames)[number];

/** One record of a Waymo segment. Matrices are 4 × 4, row by row; the vehicle looks along x, z is up, in metres. */
export interface WaymoFrame {
  readonly segment: string;
  readonly timestampMicros: number;
  readonly vehicleToWorld: Float64Array;
  readonly cameras: readonly WaymoCamera[];
  readonly lasers: readonly WaymoLaser[];
}

export interface WaymoCamera {
  readonly name: WaymoCameraName;
  readonly jpeg: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly focalPx: readonly [x: number, y: number];
  readonly principalPx: readonly [x: number, y: number];
  /** k1, k2, p1, p2, k3 as OpenCV's. */
  readonly distortion: Float64Array;
  /** The camera looks along x, z is up. */
  readonly cameraToVehicle: Float64Array;
  /** While this image was taken. */
  readonly vehicleToWorld: Float64Array;
}

export interface WaymoLaser {
  readonly name: WaymoLaserName;
  readonly laserToVehicle: Float64Array;
  /** Of the rows of its images, in radians, lowest first; if `isUniform`, the least and the largest only. */
  readonly inclinations: Float64Array;
  readonly isUniform: boolean;
  /** The first echoes and, where there are, the second. */
  readonly returns: readonly WaymoRangeImage[];
}

export interface WaymoRangeImage {
  readonly height: number;
  readonly width: number;
  /** [height, width, 4]: range in metres (none: -1), intensity, elongation, in a zone without labels. */
  readonly ranges: Float32Array;
  /** [height, width, 6]: twice camera number (0: none), x, y of where cameras see the point. */
  readonly projections: Int32Array;
  /** [height, width, 6]: roll, pitch, yaw, x, y, z from vehicle to world while the point was taken; TOP's first only. */
  readonly poses?: Float32Array;
}

const maxImageBytes = 2 ** 26;

/**
 * What a Waymo record holds of cameras and laser scanners.
 * @param name what errors call the record
 * @throws Error naming the record if it is damaged or lacks what every Waymo frame has
 */
export function decodeWaymoFrame(record: Uint8Array, name: string): WaymoFrame {
  const frame = new ProtoMessage(record, name);
  const context = frame.message(1);
  return {
    segment: context.text(1),
    timestampMicros: frame.whole(2),
    vehicleToWorld: transform(frame, 3),
    cameras: frame.messages(4).map((image) => decodeCamera(image, calibrationOf(image, context.messages(2)))),
    lasers: frame.messages(5).map((laser) => decodeLaser(laser, calibrationOf(laser, context.messages(3)))),
  };
}

/** The calibration that bears the same number, which is field 1 of both. */
function calibrationOf(part: ProtoMessage, calibrations: readonly ProtoMessage[]): ProtoMessage {
  const found = calibrations.find((each) => each.whole(1) === part.whole(1));
  if (found) return found;
  throw new Error(`${part.name}: expected a calibration of number ${part.whole(1)}, found none`);
}

function decodeCamera(image: ProtoMessage, calibration: ProtoMessage): WaymoCamera {
  const intrinsics = calibration.doubles(2);
  if (intrinsics.length !== 9)
    throw new Error(`${calibration.name}: expected 9 intrinsics, found ${intrinsics.length}`);
  const [fx, fy, cx, cy] = intrinsics as unknown as [number, number, number, number];
  return {
    name: nameOf(cameraNames, image),
    jpeg: image.bytes(2),
    width: calibration.whole(4),
    height: calibration.whole(5),
    focalPx: [fx, fy],
    principalPx: [cx, cy],
    distortion: intrinsics.slice(4),
    cameraToVehicle: transform(calibration, 3),
    vehicleToWorld: transform(image, 3),
  };
}

function decodeLaser(laser: ProtoMessage, calibration: ProtoMessage): WaymoLaser {
  const listed = calibration.doubles(2);
  return {
    name: nameOf(laserNames, laser),
    laserToVehicle: transform(calibration, 5),
    inclinations: listed.length > 0 ? listed : Float64Array.of(calibration.double(3), calibration.double(4)),
    isUniform: listed.length === 0,
    returns: [2, 3].filter((field) => laser.has(field)).map((field) => decodeRangeImage(laser.message(field))),
  };
}

function decodeRangeImage(image: ProtoMessage): WaymoRangeImage {
  const ranges = readMatrix(image, { field: 2, depth: 4 }, (matrix) => matrix.floats(1));
  const projections = readMatrix(image, { field: 3, depth: 6 }, (matrix) => matrix.int32s(1));
  const poses = image.has(4) ? readMatrix(image, { field: 4, depth: 6 }, (matrix) => matrix.floats(1)) : undefined;
  const { height, width } = ranges;
  for (const other of [projections, poses ?? ranges]) {
    if (other.height === height && other.width === width) continue;
    throw new Error(`${image.name}: expected ${height} × ${width} everywhere, found ${other.height} × ${other.width}`);
  }
  const common = { height, width, ranges: ranges.values, projections: projections.values };
  return poses ? { ...common, poses: poses.values } : common;
}

interface Matrix<Values> {
  readonly height: number;
  readonly width: number;
  readonly values: Values;
}

/** A MatrixFloat or MatrixInt32, compressed: field 1 are its values, field 2 its shape. */
function readMatrix<Values extends Float32Array | Int32Array>(
  image: ProtoMessage,
  { field, depth }: { field: number; depth: number },
  read: (matrix: ProtoMessage) => Values,
): Matrix<Values> {
  const name = `${image.name}: field ${field}`;
  const matrix = new ProtoMessage(inflateUpTo(image.bytes(field), maxImageBytes, name), name);
  const [height = 0, width = 0, channels, ...more] = matrix.message(2).int32s(1);
  const values = read(matrix);
  if (height < 1 || width < 1 || channels !== depth || more.length > 0 || values.length !== height * width * depth) {
    throw new Error(
      `${name}: expected height × width × ${depth} values, found ${values.length} of ${height} × ${width} × ${channels}`,
    );
  }
  return { height, width, values };
}

function transform(message: ProtoMessage, field: number): Float64Array {
  const values = message.message(field).doubles(1);
  if (values.length === 16) return values;
  throw new Error(`${message.name}: expected a 4 × 4 matrix in the field ${field}, found ${values.length} numbers`);
}

function nameOf<Name>(names: readonly Name[], message: ProtoMessage): Name {
  const name = names[message.whole(1) - 1];
  if (name) return name;
  throw new Error(`${message.name}: expected a number from 1 to ${names.length}, found ${message.whole(1)}`);
}
