import type { Document, Material } from '@gltf-transform/core';
import { makeUnlit } from './gltf-unlit.ts';

/** A photograph as a file that glTF takes. */
export interface GlbPicture {
  readonly mime: 'image/jpeg' | 'image/png';
  readonly bytes: Uint8Array;
}

/** Wrapping mode of glTF 2.0 (section 5.26.3): no colour of the other edge bleeds in. */
const clampToEdge = 33_071;

/** A material that shows a picture as it is, from both sides. The same bytes are stored once. */
export function pictureMaterial(document: Document, name: string, { mime, bytes }: GlbPicture): Material {
  const texture =
    document
      .getRoot()
      .listTextures()
      .find((each) => each.getImage() === bytes) ??
    document
      .createTexture(name)
      .setMimeType(mime)
      .setImage(bytes as Uint8Array<ArrayBuffer>);
  const material = document
    .createMaterial(name)
    .setBaseColorTexture(texture)
    .setMetallicFactor(0)
    .setRoughnessFactor(1)
    .setDoubleSided(true);
  material.getBaseColorTextureInfo()?.setWrapS(clampToEdge).setWrapT(clampToEdge);
  return makeUnlit(document, material);
}
