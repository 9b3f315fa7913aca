import { BufferAttribute, BufferGeometry, Group, Points, ShaderMaterial, Vector3 } from 'three';
import type { ViewHeader } from '#viewer/scene-format.ts';
import type { ViewPoints } from './decode-scene.ts';
import { pointFragmentShader, pointVertexShader } from './point-shader.ts';

interface Cloud {
  readonly data: ViewPoints;
  readonly object: Points;
}

/** The coloured points of all views, filtered and sized by uniforms that they share. */
export class PointsLayer {
  readonly group = new Group();
  private readonly clouds: Cloud[] = [];
  private pointScale = 1;
  private detailLevel = 0;
  private readonly uniforms = { minLevel: { value: 0 }, pointScale: { value: 1 }, viewportHeight: { value: 1 } };

  add(view: ViewHeader, data: ViewPoints): void {
    const geometry = new BufferGeometry();
    geometry.setAttribute('position', new BufferAttribute(data.positions, 3));
    geometry.setAttribute('shade', new BufferAttribute(data.shades, 4, true));
    const material = new ShaderMaterial({
      vertexShader: pointVertexShader,
      fragmentShader: pointFragmentShader,
      uniforms: {
        ...this.uniforms,
        sourceCentre: { value: new Vector3(...view.positions.origin) },
        sourcePixelAngle: { value: 1 / Math.min(...view.focalPx) },
      },
    });
    const object = new Points(geometry, material);
    // A few far outliers would make every bounding sphere useless.
    object.frustumCulled = false;
    this.clouds.push({ data, object });
    this.group.add(object);
  }

  setMinLevel(level: number): void {
    this.uniforms.minLevel.value = level;
  }

  setPointScale(scale: number): void {
    this.pointScale = scale;
    this.uniforms.pointScale.value = scale * 2 ** this.detailLevel;
  }

  /** Draws 1 / 4^level of the points, larger to fill the gaps: a block begins with its coarser samples. */
  setDetail(level: number): void {
    this.detailLevel = level;
    this.setPointScale(this.pointScale);
    for (const { data, object } of this.clouds) {
      object.geometry.setDrawRange(0, Math.ceil(data.positions.length / 3 / 4 ** level));
    }
  }

  setViewportHeight(pixels: number): void {
    this.uniforms.viewportHeight.value = pixels;
  }

  setVisible(view: number, visible: boolean): void {
    const cloud = this.clouds[view];
    if (cloud) cloud.object.visible = visible;
  }

  get minLevel(): number {
    return this.uniforms.minLevel.value;
  }

  get visibleClouds(): readonly ViewPoints[] {
    return this.clouds.filter(({ object }) => object.visible).map(({ data }) => data);
  }

  get shownCount(): number {
    return this.visibleClouds.reduce((sum, { countFromLevel }) => sum + (countFromLevel[this.minLevel] ?? 0), 0);
  }
}
