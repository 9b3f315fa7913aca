import type { Document, Node, Primitive } from '@gltf-transform/core';
import type { Camera } from '#geometry/camera.ts';
import { type GlbScene, srgbToLinear, vectors } from './glb-scene.ts';
import { type GlbPicture, pictureMaterial } from './gltf-picture.ts';
import { expectNamedCamera, type NamedCamera } from './named-camera.ts';

export interface GlbCamera extends NamedCamera {
  /** What the camera saw, with its field of view: it fills the frustum's far end. */
  readonly photograph?: GlbPicture;
}

/**
 * Adds a node for every camera: a glTF camera, its frustum as coloured lines, its photograph, and its intrinsics as
 * `extras`, because glTF cannot express a principal point.
 * @param depth how far from its centre a camera's image plane is drawn, in the points' unit
 */
export function addCameras({ document, world }: GlbScene, cameras: readonly GlbCamera[], depth: number): void {
  if (!(depth > 0 && Number.isFinite(depth))) {
    throw new RangeError(`glb: frustumDepth must be positive, got ${depth}`);
  }
  cameras.forEach((camera, index) => {
    expectNamedCamera('glb', camera);
    world.addChild(cameraNode(document, camera, { depth, color: cameraColors[index % cameraColors.length] as Rgb }));
  });
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

interface Frustum {
  readonly depth: number;
  readonly color: Rgb;
}

/** The lens has a node and a name of its own, since trimesh drops or moves what shares those of a glTF camera. */
function cameraNode(document: Document, { name, camera, photograph }: GlbCamera, frustum: Frustum): Node {
  const { width, height, focalPx, principalPx } = camera;
  const mesh = document.createMesh(`${name} frustum`).addPrimitive(frustumLines(document, camera, frustum));
  if (photograph) mesh.addPrimitive(imagePlane(document, frustumCorners(camera, frustum.depth), photograph));
  const lens = document
    .createCamera(`${name} lens`)
    .setType('perspective')
    .setYFov(2 * Math.atan(height / 2 / focalPx[1]))
    .setAspectRatio((width / focalPx[0]) * (focalPx[1] / height))
    .setZNear(frustum.depth / 100);
  return document
    .createNode(name)
    .setMatrix(cameraMatrix(camera))
    .setMesh(mesh)
    .setExtras({ width, height, focalPx: [...focalPx], principalPx: [...principalPx] })
    .addChild(document.createNode(`${name} lens`).setCamera(lens));
}

/** Primitive mode of glTF 2.0 (section 5.24.4). */
const drawLines = 1;

function frustumLines(document: Document, camera: Camera, { depth, color }: Frustum): Primitive {
  const [red, green, blue] = color.map((value) => srgbToLinear(value / 255)) as [number, number, number];
  return document
    .createPrimitive()
    .setMode(drawLines)
    .setMaterial(document.createMaterial().setBaseColorFactor([red, green, blue, 1]))
    .setAttribute('POSITION', vectors(document, Float32Array.from([0, 0, 0, ...frustumCorners(camera, depth)])))
    .setIndices(document.createAccessor().setType('SCALAR').setArray(Uint16Array.from(frustumEdges.flat())));
}

/** The four corners of the image at `depth`, clockwise from the top left, in the camera's glTF axes (y up, z backward). */
function frustumCorners({ width, height, focalPx, principalPx }: Camera, depth: number): number[] {
  const corners = [
    [-0.5, -0.5],
    [width - 0.5, -0.5],
    [width - 0.5, height - 0.5],
    [-0.5, height - 0.5],
  ] as const;
  return corners.flatMap(([u, v]) => [
    ((u - principalPx[0]) / focalPx[0]) * depth,
    ((principalPx[1] - v) / focalPx[1]) * depth,
    -depth,
  ]);
}

/** Between the centre, 0, and the corners, 1 to 4. */
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

function imagePlane(document: Document, corners: number[], photograph: GlbPicture): Primitive {
  return document
    .createPrimitive()
    .setMaterial(pictureMaterial(document, 'photograph', photograph))
    .setAttribute('POSITION', vectors(document, Float32Array.from(corners)))
    .setAttribute('TEXCOORD_0', vectors(document, Float32Array.of(0, 0, 1, 0, 1, 1, 0, 1), 2))
    .setIndices(
      document
        .createAccessor()
        .setType('SCALAR')
        .setArray(Uint16Array.of(0, 3, 1, 1, 3, 2)),
    );
}

type GltfMatrix = Parameters<Node['setMatrix']>[0];

/** camToWorld · diag(1, -1, -1, 1), column by column: glTF cameras look along -z with y up. */
function cameraMatrix({ camToWorld }: Camera): GltfMatrix {
  const signs = [1, -1, -1, 1];
  return signs.flatMap((sign, column) =>
    [0, 1, 2, 3].map((row) => sign * (camToWorld[4 * row + column] as number)),
  ) as GltfMatrix;
}
