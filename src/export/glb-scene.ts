import { type Accessor, Document, type Node, VertexLayout, WebIO } from '@gltf-transform/core';
import { UnlitExtension } from './gltf-unlit.ts';
import { percentiles } from './percentile.ts';

/** A glTF document whose content hangs below `world`, in OpenCV axes. */
export interface GlbScene {
  readonly document: Document;
  readonly world: Node;
}

/**
 * An empty scene. The node `world` turns OpenCV axes (y down, z forward) into glTF's (y up, z backward), by half a turn
 * about x; below it all coordinates are the caller's.
 */
export function startGlb(): GlbScene {
  const document = new Document();
  document.createBuffer();
  const world = document.createNode('world').setRotation([1, 0, 0, 0]);
  document.createScene('scene').addChild(world);
  return { document, world };
}

export function finishGlb({ document }: GlbScene): Promise<Uint8Array> {
  return new WebIO().registerExtensions([UnlitExtension]).setVertexLayout(VertexLayout.SEPARATE).writeBinary(document);
}

/** An accessor of [V, 3] or [V, 2] values. */
export function vectors(document: Document, values: Float32Array, size: 2 | 3 = 3): Accessor {
  return document
    .createAccessor()
    .setType(size === 3 ? 'VEC3' : 'VEC2')
    .setArray(values);
}

/** How far cameras reach by default: 5 % of the diagonal of the box that holds the middle 90 % of the points per axis. */
export function defaultFrustumDepth(positions: Float32Array): number {
  const sides = [0, 1, 2].map((axis) => {
    const [low = 0, high = 0] = percentiles(axisValues(positions, axis), [0.05, 0.95]);
    return high - low;
  });
  return 0.05 * (Math.hypot(...sides) || 1);
}

function axisValues(positions: Float32Array, axis: number): Float32Array {
  return Float32Array.from({ length: positions.length / 3 }, (_, i) => positions[3 * i + axis] as number);
}

/** IEC 61966-2-1. */
export function srgbToLinear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}
