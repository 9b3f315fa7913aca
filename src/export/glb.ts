import { type Accessor, Document, type Node, type Primitive, VertexLayout, WebIO } from '@gltf-transform/core';

import type { Camera } from '#geometry/camera.ts';

import { expectNamedCamera, type NamedCamera } from './named-camera.ts';
import { percentiles } from './percentile.ts';
import { expectPointCloud, type PointCloud } from './point-cloud.ts';

export interface GlbOptions {
  /** How far from its centre a camera's image plane is drawn, in the points' unit (default: 5 % of the scene's size). */
  readonly frustumDepth?: number;
}

/**
 * A point cloud and its cameras as binary glTF. The root node `world` turns OpenCV axes (y down, z forward) into glTF's
 * (y up, z backward), by half a turn about x; below it all coordinates are the caller's. Every camera is a node that
 * holds a glTF camera, its frustum as coloured lines, and its intrinsics as `extras`, because glTF cannot express a
 * principal point. Colours are linear, as glTF demands, and float32, since some readers get 16-bit ones wrong.
 */
export function encodeGlb(
  cloud: PointCloud,
  cameras: readonly NamedCamera[],
  options: GlbOptions = {},
): Promise<Uint8Array> {
  expectPointCloud('encodeGlb', cloud);
  for (const camera of cameras) expectNamedCamera('encodeGlb', camera);
  const document = new Document();
  document.createBuffer();
  const world = document.createNode('world').setRotation([1, 0, 0, 0]);
  document.createScene('scene').addChild(world);
  if (cloud.positions.length > 0) world.addChild(pointsNode(document, cloud));
  const depth = options.frustumDepth ?? 0.05 * sceneSize(cloud);
  if (!(depth > 0 && Number.isFinite(depth))) {
    throw new RangeError(`encodeGlb: frustumDepth must be positive, got ${depth}`);
  }
  cameras.forEach((camera, index) => {
    world.addChild(cameraNode(document, camera, { depth, color: cameraColors[index % cameraColors.length] as Rgb }));
  });
  return new WebIO().setVertexLayout(VertexLayout.SEPARATE).writeBinary(document);
}

type Rgb = readonly [number, number, number];

/** The original's cycle of camera colours (spec 7.2). */
const cameraColors: readonly Rgb[] = [
  [255, 0, 0],
  [0, 0, 255],
  [0, 255, 0],
  [255, 0, 255],
  [255, 204, 0],
  [0, 204, 204],
  [128, 255, 255],
  [255, 128, 255],
  [255, 255, 128],
  [0, 0, 0],
  [128, 128, 128],
];

/** The diagonal of the box that holds the middle 90 % of the points on each axis; 1 where there is none. */
function sceneSize({ positions }: PointCloud): number {
  const sides = [0, 1, 2].map((axis) => {
    const [low = 0, high = 0] = percentiles(axisValues(positions, axis), [0.05, 0.95]);
    return high - low;
  });
  return Math.hypot(...sides) || 1;
}

function axisValues(positions: Float32Array, axis: number): Float32Array {
  return Float32Array.from({ length: positions.length / 3 }, (_, i) => positions[3 * i + axis] as number);
}

/** Primitive modes of glTF 2.0 (section 5.24.4). */
const drawPoints = 0;
const drawLines = 1;

function pointsNode(document: Document, { positions, colors }: PointCloud): Node {
  const table = Float32Array.from({ length: 256 }, (_, value) => srgbToLinear(value / 255));
  const linear = Float32Array.from(colors, (value) => table[value] as number);
  const primitive = document
    .createPrimitive()
    .setMode(drawPoints)
    .setAttribute('POSITION', vectors(document, positions))
    .setAttribute('COLOR_0', vectors(document, linear));
  return document.createNode('points').setMesh(document.createMesh('points').addPrimitive(primitive));
}

function vectors(document: Document, values: Float32Array): Accessor {
  return document.createAccessor().setType('VEC3').setArray(values);
}

/** IEC 61966-2-1. */
function srgbToLinear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

interface Frustum {
  readonly depth: number;
  readonly color: Rgb;
}

function cameraNode(document: Document, { name, camera }: NamedCamera, frustum: Frustum): Node {
  const { width, height, focalPx, principalPx } = camera;
  const lens = document
    .createCamera(name)
    .setType('perspective')
    .setYFov(2 * Math.atan(height / 2 / focalPx[1]))
    .setAspectRatio((width / focalPx[0]) * (focalPx[1] / height))
    .setZNear(frustum.depth / 100);
  const lines = frustumLines(document, camera, frustum);
  return document
    .createNode(name)
    .setMatrix(cameraMatrix(camera))
    .setCamera(lens)
    .setMesh(document.createMesh(`${name} frustum`).addPrimitive(lines))
    .setExtras({ width, height, focalPx: [...focalPx], principalPx: [...principalPx] });
}

function frustumLines(document: Document, camera: Camera, { depth, color }: Frustum): Primitive {
  const [red, green, blue] = color.map((value) => srgbToLinear(value / 255)) as [number, number, number];
  return document
    .createPrimitive()
    .setMode(drawLines)
    .setMaterial(document.createMaterial().setBaseColorFactor([red, green, blue, 1]))
    .setAttribute('POSITION', vectors(document, frustumCorners(camera, depth)))
    .setIndices(document.createAccessor().setType('SCALAR').setArray(Uint16Array.from(frustumEdges.flat())));
}

/** The centre, then the four corners of the image at `depth`, in the camera's glTF axes (y up, looking along -z). */
function frustumCorners({ width, height, focalPx, principalPx }: Camera, depth: number): Float32Array {
  const corners = [
    [-0.5, -0.5],
    [width - 0.5, -0.5],
    [width - 0.5, height - 0.5],
    [-0.5, height - 0.5],
  ] as const;
  const points = corners.flatMap(([u, v]) => [
    ((u - principalPx[0]) / focalPx[0]) * depth,
    ((principalPx[1] - v) / focalPx[1]) * depth,
    -depth,
  ]);
  return Float32Array.from([0, 0, 0, ...points]);
}

const frustumEdges = [
  [0, 1],
  [0, 2],
  [0, 3],
  [0, 4],
  [1, 2],
  [2, 3],
  [3, 4],
  [4, 1],
];

type GltfMatrix = Parameters<Node['setMatrix']>[0];

/** camToWorld · diag(1, -1, -1, 1), column by column: glTF cameras look along -z with y up. */
function cameraMatrix({ camToWorld }: Camera): GltfMatrix {
  const signs = [1, -1, -1, 1];
  return signs.flatMap((sign, column) =>
    [0, 1, 2, 3].map((row) => sign * (camToWorld[4 * row + column] as number)),
  ) as GltfMatrix;
}
