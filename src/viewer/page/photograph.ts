import {
  BufferAttribute,
  BufferGeometry,
  DoubleSide,
  LinearMipmapLinearFilter,
  Mesh,
  NoColorSpace,
  ShaderMaterial,
  Texture,
  type Vector3,
} from 'three';
import { photographFragmentShader, photographVertexShader } from './surface-shader.ts';

/** @throws Error if the image cannot be read */
export async function loadPhotograph(url: string, name: string): Promise<Texture> {
  const image = Object.assign(new Image(), { src: url });
  await image.decode().catch(() => {
    throw new Error(`The photograph of view "${name}" could not be read.`);
  });
  const texture = new Texture(image);
  texture.colorSpace = NoColorSpace; // passed on as it is
  texture.flipY = false; // row 0 is the top, as in the maps
  texture.minFilter = LinearMipmapLinearFilter;
  texture.anisotropy = 4;
  texture.needsUpdate = true;
  return texture;
}

/** A photograph on a plane; corners from the top left, clockwise. */
export class PhotographPlane extends Mesh<BufferGeometry, ShaderMaterial> {
  constructor(corners: readonly Vector3[], photograph: Texture) {
    const geometry = new BufferGeometry().setFromPoints([...corners]).setIndex([0, 1, 2, 0, 2, 3]);
    geometry.setAttribute('uv', new BufferAttribute(new Float32Array([0, 0, 1, 0, 1, 1, 0, 1]), 2));
    const uniforms = { photograph: { value: photograph }, opacity: { value: 1 } };
    const shaders = { vertexShader: photographVertexShader, fragmentShader: photographFragmentShader };
    super(geometry, new ShaderMaterial({ ...shaders, uniforms, side: DoubleSide, transparent: true }));
  }

  /** Lies over everything else, as glass before the eye. */
  layOverAll(): this {
    this.material.depthTest = false;
    this.renderOrder = 1;
    return this;
  }

  setOpacity(opacity: number): void {
    const { uniforms } = this.material;
    if (uniforms['opacity']) uniforms['opacity'].value = opacity;
  }
}
