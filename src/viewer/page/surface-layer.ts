import {
  BufferAttribute,
  BufferGeometry,
  FrontSide,
  Group,
  type IUniform,
  Mesh,
  Points,
  ShaderMaterial,
  type Texture,
  Vector2,
} from 'three';
import { gridMesh } from '#export/grid-mesh.ts';
import type { ViewHeader } from '#viewer/scene-format.ts';
import { cameraMatrix } from './bulk.ts';
import { coarsestLevel } from './detail.ts';
import { meshFragmentShader, meshVertexShader, pointFragmentShader, pointVertexShader } from './surface-shader.ts';
import { coarseToFine, countAtDetail, depthsOf, type ViewMap } from './view-map.ts';

export type SurfaceStyle = 'points' | 'mesh';

interface Surface {
  readonly map: ViewMap;
  /** Placed as the camera is. */
  readonly object: Group;
  readonly codes: BufferAttribute;
  readonly uniforms: Record<string, IUniform>;
  readonly points: Points;
  /** One per level of detail, made when first wanted. */
  meshes: readonly Mesh[];
}

/** What the views saw, as points or as meshes, filtered and sized by uniforms that they share. */
export class SurfaceLayer {
  readonly group = new Group();
  private readonly surfaces: Surface[] = [];
  private readonly orders = new Map<string, BufferAttribute>();
  private style: SurfaceStyle = 'points';
  private pointScale = 1;
  private detailLevel = 0;
  private readonly shared = { minLevel: { value: 0 }, pointScale: { value: 1 }, viewportHeight: { value: 1 } };

  add(map: ViewMap, photograph: Texture): void {
    const codes = new BufferAttribute(map.codes, 2);
    const uniforms = { ...this.shared, ...viewUniforms(map.view), photograph: { value: photograph } };
    const geometry = new BufferGeometry().setAttribute('codes', codes).setIndex(this.order(map.view));
    const material = new ShaderMaterial({
      vertexShader: pointVertexShader,
      fragmentShader: pointFragmentShader,
      uniforms,
    });
    const points = new Points(geometry, material);
    points.frustumCulled = false; // there are no positions to cull by
    const object = new Group().add(points);
    object.matrixAutoUpdate = false;
    object.matrix.copy(cameraMatrix(map.view));
    this.surfaces.push({ map, object, codes, uniforms, points, meshes: [] });
    this.group.add(object);
  }

  /** The order of drawing, shared by views of one size. */
  private order({ width, height }: ViewHeader): BufferAttribute {
    const size = `${width}×${height}`;
    const order = this.orders.get(size) ?? new BufferAttribute(coarseToFine(width, height), 1);
    this.orders.set(size, order);
    return order;
  }

  /** Makes the mesh of the next view that has none; false when all have theirs. */
  buildNextMesh(): boolean {
    const surface = this.surfaces.find(({ meshes }) => meshes.length === 0);
    if (!surface) return false;
    const { map, codes, uniforms, object } = surface;
    const material = new ShaderMaterial({
      vertexShader: meshVertexShader,
      fragmentShader: meshFragmentShader,
      uniforms,
      side: FrontSide, // seen from where it was photographed only, so that a room can be looked into from outside
    });
    surface.meshes = Array.from({ length: coarsestLevel + 1 }, (_, level) => {
      const index = new BufferAttribute(triangles(map, 2 ** level), 1);
      const mesh = new Mesh(new BufferGeometry().setAttribute('codes', codes).setIndex(index), material);
      mesh.frustumCulled = false;
      return mesh;
    });
    object.add(...surface.meshes);
    return true;
  }

  setStyle(style: SurfaceStyle): void {
    this.style = style;
    this.setDetail(this.detailLevel);
  }

  setMinLevel(level: number): void {
    this.shared.minLevel.value = level;
  }

  setPointScale(scale: number): void {
    this.pointScale = scale;
    this.shared.pointScale.value = scale * 2 ** this.detailLevel;
  }

  /** Draws 1 / 4^level of the points, larger to fill the gaps, or of the triangles. */
  setDetail(level: number): void {
    this.detailLevel = level;
    this.setPointScale(this.pointScale);
    for (const { map, points, meshes } of this.surfaces) {
      points.visible = this.style === 'points' || meshes.length === 0;
      points.geometry.setDrawRange(0, countAtDetail(map.view, level));
      meshes.forEach((mesh, meshLevel) => {
        mesh.visible = this.style === 'mesh' && meshLevel === level;
      });
    }
  }

  setViewportHeight(pixels: number): void {
    this.shared.viewportHeight.value = pixels;
  }

  setVisible(view: number, visible: boolean): void {
    const surface = this.surfaces[view];
    if (surface) surface.object.visible = visible;
  }

  get minLevel(): number {
    return this.shared.minLevel.value;
  }

  get visibleMaps(): readonly ViewMap[] {
    return this.surfaces.filter(({ object }) => object.visible).map(({ map }) => map);
  }

  get shownCount(): number {
    return this.visibleMaps.reduce((sum, { countFromLevel }) => sum + (countFromLevel[this.minLevel] ?? 0), 0);
  }
}

function viewUniforms({ width, height, focalPx, principalPx, depth }: ViewHeader): Record<string, IUniform> {
  return {
    mapSize: { value: new Vector2(width, height) },
    focalPx: { value: new Vector2(...focalPx) },
    principalPx: { value: new Vector2(...principalPx) },
    nearest: { value: depth.nearest },
    depthStep: { value: depth.step },
  };
}

/** [T, 3] pixels: every `step`-th of every `step`-th row, joined where they are of one surface. The shader hides by confidence. */
function triangles(map: ViewMap, step: number): Uint32Array {
  const { width, height } = map.view;
  const depth = { width, height, values: depthsOf(map) };
  const mesh = gridMesh(depth, new Float32Array(width * height), { step });
  return mesh.triangles.map((vertex) => mesh.pixels[vertex] as number);
}
