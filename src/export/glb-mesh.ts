import type { Node } from '@gltf-transform/core';
import { joinFloats } from '#tensor/join-floats.ts';
import type { GlbOptions } from './glb.ts';
import { addCameras, type GlbCamera } from './glb-camera.ts';
import { defaultFrustumDepth, finishGlb, type GlbScene, startGlb, vectors } from './glb-scene.ts';
import { type GlbPicture, pictureMaterial } from './gltf-picture.ts';
import { type GridMesh, type GridMeshOptions, gridMesh } from './grid-mesh.ts';

/** One view's surface; all maps have its `camera`'s size. */
export interface MeshView extends GlbCamera {
  /** [H, W]: z in the camera's frame. */
  readonly depth: Float32Array;
  /** [H, W, 3] in the world's frame (OpenCV axes). */
  readonly points: Float32Array;
  /** [H, W] */
  readonly confidence: Float32Array;
  /** The texture, and what the camera's frustum shows. */
  readonly photograph: GlbPicture;
}

/**
 * A textured mesh for each view, and the cameras with their photographs, as binary glTF. Neighbouring pixels are joined
 * but across the edges of things (see gridMesh). A view of which no triangle is left has a camera only.
 */
export function encodeMeshGlb(
  views: readonly MeshView[],
  options: GridMeshOptions & GlbOptions = {},
): Promise<Uint8Array> {
  const scene = startGlb();
  const surfaces = views.map((view) => surfaceOf(view, options));
  surfaces.forEach((surface, v) => {
    if (surface.positions.length > 0) scene.world.addChild(meshNode(scene, views[v] as MeshView, surface));
  });
  const depth = options.frustumDepth ?? defaultFrustumDepth(joinFloats(surfaces.map(({ positions }) => positions)));
  addCameras(scene, views, depth);
  return finishGlb(scene);
}

interface Surface extends GridMesh {
  /** [V, 3] */
  readonly positions: Float32Array;
}

function surfaceOf({ name, camera, depth, points, confidence }: MeshView, options: GridMeshOptions): Surface {
  const { width, height } = camera;
  if (points.length !== 3 * width * height) {
    throw new RangeError(
      `encodeMeshGlb: view "${name}" needs ${3 * width * height} coordinates (${width} × ${height} pixels), got ${points.length}`,
    );
  }
  const mesh = gridMesh({ width, height, values: depth }, confidence, options);
  const positions = new Float32Array(3 * mesh.pixels.length);
  mesh.pixels.forEach((pixel, v) => {
    positions.set(points.subarray(3 * pixel, 3 * pixel + 3), 3 * v);
  });
  const bad = positions.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new RangeError(
      `encodeMeshGlb: view "${name}" has a depth but no finite point at pixel ${mesh.pixels[Math.floor(bad / 3)]}`,
    );
  }
  return { ...mesh, positions };
}

function meshNode({ document }: GlbScene, { name, camera, photograph }: MeshView, surface: Surface): Node {
  const primitive = document
    .createPrimitive()
    .setMaterial(pictureMaterial(document, name, photograph))
    .setAttribute('POSITION', vectors(document, surface.positions))
    .setAttribute('TEXCOORD_0', vectors(document, textureCoordinates(surface, camera), 2))
    .setIndices(document.createAccessor().setType('SCALAR').setArray(surface.triangles));
  return document.createNode(`${name} mesh`).setMesh(document.createMesh(`${name} mesh`).addPrimitive(primitive));
}

/** From the top left corner, as glTF has them; pixel centres are half a pixel inside. */
function textureCoordinates({ pixels }: GridMesh, { width, height }: { width: number; height: number }): Float32Array {
  const uv = new Float32Array(2 * pixels.length);
  for (let v = 0; v < pixels.length; v++) {
    const pixel = pixels[v] as number;
    uv[2 * v] = ((pixel % width) + 0.5) / width;
    uv[2 * v + 1] = (Math.floor(pixel / width) + 0.5) / height;
  }
  return uv;
}
