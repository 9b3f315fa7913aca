import {
  BufferAttribute,
  BufferGeometry,
  Color,
  DoubleSide,
  Group,
  LineBasicMaterial,
  LineSegments,
  Mesh,
  MeshBasicMaterial,
  type Raycaster,
  SRGBColorSpace,
  TextureLoader,
  Vector3,
} from 'three';
import type { ViewHeader } from '#viewer/scene-format.ts';
import { cameraMatrix } from './framing.ts';
import { viewColor } from './view-color.ts';

interface Frustum {
  readonly object: Group;
  readonly body: Mesh;
  readonly outline: LineBasicMaterial;
  readonly color: Color;
}

const highlight = new Color('#ffffff');

/** A pyramid for each camera, with its photograph on the image plane. */
export class CamerasLayer {
  readonly group = new Group();
  private readonly frusta: Frustum[] = [];
  private size = 1;

  async add(view: ViewHeader): Promise<void> {
    const color = new Color(viewColor(this.frusta.length));
    const corners = imageCorners(view);
    const outline = new LineBasicMaterial({ color });
    const body = new Mesh(
      sides(corners),
      new MeshBasicMaterial({ color, transparent: true, opacity: 0.12, side: DoubleSide, depthWrite: false }),
    );
    const object = new Group().add(new LineSegments(edges(corners), outline), body);
    if (view.thumbnail) object.add(await photograph(corners, view.thumbnail));
    const pose = new Group().add(object);
    pose.matrixAutoUpdate = false;
    pose.matrix.copy(cameraMatrix(view));
    this.frusta.push({ object, body, outline, color });
    this.group.add(pose);
  }

  setShown(shown: boolean): void {
    this.group.visible = shown;
  }

  /** The diagonal of the image planes, in units of the scene. */
  setSize(size: number): void {
    this.size = size;
    for (const { object } of this.frusta) object.scale.setScalar(size);
  }

  /** Someone who stands in a camera must not have its photograph before their eyes. */
  makeWayFor(eye: Vector3): void {
    const apex = new Vector3();
    for (const { object } of this.frusta) object.visible = object.getWorldPosition(apex).distanceTo(eye) > this.size;
  }

  highlight(view: number | undefined): void {
    this.frusta.forEach(({ outline, color }, v) => {
      outline.color.copy(v === view ? highlight : color);
    });
  }

  /** The camera that a ray meets first. */
  hit(ray: Raycaster): number | undefined {
    if (!this.group.visible) return undefined;
    const bodies = this.frusta.filter(({ object }) => object.visible).map(({ body }) => body);
    const [first] = ray.intersectObjects(bodies, false);
    return first && this.frusta.findIndex(({ body }) => body === first.object);
  }
}

/** Top left, top right, bottom right, bottom left, on the image plane whose diagonal is 1. */
function imageCorners({ width, height, focalPx, principalPx }: ViewHeader): Vector3[] {
  const at = (u: number, v: number) =>
    new Vector3((u - 0.5 - principalPx[0]) / focalPx[0], (v - 0.5 - principalPx[1]) / focalPx[1], 1);
  const corners = [at(0, 0), at(width, 0), at(width, height), at(0, height)];
  const diagonal = Math.hypot(width / focalPx[0], height / focalPx[1]);
  return corners.map((corner) => corner.divideScalar(diagonal));
}

function edges(corners: readonly Vector3[]): BufferGeometry {
  return new BufferGeometry().setFromPoints(
    corners.flatMap((corner, i) => [new Vector3(), corner, corner, corners[(i + 1) % 4] ?? corner]),
  );
}

function sides(corners: readonly Vector3[]): BufferGeometry {
  const geometry = new BufferGeometry().setFromPoints([new Vector3(), ...corners]);
  return geometry.setIndex([0, 1, 2, 0, 2, 3, 0, 3, 4, 0, 4, 1]);
}

async function photograph(corners: readonly Vector3[], url: string): Promise<Mesh> {
  const map = await new TextureLoader().loadAsync(url);
  map.colorSpace = SRGBColorSpace;
  const geometry = new BufferGeometry().setFromPoints([...corners]).setIndex([0, 1, 2, 0, 2, 3]);
  geometry.setAttribute('uv', new BufferAttribute(new Float32Array([0, 1, 1, 1, 1, 0, 0, 0]), 2));
  return new Mesh(geometry, new MeshBasicMaterial({ map, side: DoubleSide }));
}
