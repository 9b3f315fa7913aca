import type { Node } from '@gltf-transform/core';
import { addCameras, type GlbCamera } from './glb-camera.ts';
import { defaultFrustumDepth, finishGlb, type GlbScene, srgbToLinear, startGlb, vectors } from './glb-scene.ts';
import { expectPointCloud, type PointCloud } from './point-cloud.ts';

export interface GlbOptions {
  /** How far from its centre a camera's image plane is drawn, in the points' unit (default: 5 % of the scene's size). */
  readonly frustumDepth?: number;
}

/**
 * A point cloud and its cameras as binary glTF, with glTF's axes at the root and the caller's below the node `world`
 * (see startGlb and addCameras). Colours are linear, as glTF demands, and float32, since some readers get 16-bit ones
 * wrong.
 */
export function encodeGlb(
  cloud: PointCloud,
  cameras: readonly GlbCamera[],
  options: GlbOptions = {},
): Promise<Uint8Array> {
  expectPointCloud('encodeGlb', cloud);
  const scene = startGlb();
  if (cloud.positions.length > 0) scene.world.addChild(pointsNode(scene, cloud));
  addCameras(scene, cameras, options.frustumDepth ?? defaultFrustumDepth(cloud.positions));
  return finishGlb(scene);
}

/** Primitive mode of glTF 2.0 (section 5.24.4). */
const drawPoints = 0;

function pointsNode({ document }: GlbScene, { positions, colors }: PointCloud): Node {
  const primitive = document
    .createPrimitive()
    .setMode(drawPoints)
    .setAttribute('POSITION', vectors(document, positions))
    .setAttribute('COLOR_0', vectors(document, linearColors(colors)));
  return document.createNode('points').setMesh(document.createMesh('points').addPrimitive(primitive));
}

function linearColors(colors: Uint8Array): Float32Array {
  const table = Float32Array.from({ length: 256 }, (_, value) => srgbToLinear(value / 255));
  const linear = new Float32Array(colors.length);
  for (let i = 0; i < colors.length; i++) linear[i] = table[colors[i] as number] as number;
  return linear;
}
