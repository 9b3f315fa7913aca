import { Color, Group, type Mesh, type MeshBasicMaterial, type Raycaster, type Texture, Vector3 } from 'three';
import { LineMaterial } from 'three/addons/lines/LineMaterial.js';
import { LineSegments2 } from 'three/addons/lines/LineSegments2.js';
import { LineSegmentsGeometry } from 'three/addons/lines/LineSegmentsGeometry.js';
import type { ViewHeader } from '#viewer/scene-format.ts';
import { cameraMatrix } from './bulk.ts';
import { frustumBody, frustumEdges, imageCorners } from './frustum.ts';
import { PhotographPlane } from './photograph.ts';
import { viewColor } from './view-color.ts';

interface Frustum {
  /** The camera's centre, in the world's frame. */
  readonly centre: Vector3;
  /** Of size 1, to be scaled. */
  readonly object: Group;
  readonly body: Mesh<Mesh['geometry'], MeshBasicMaterial>;
  readonly outline: LineMaterial;
  readonly color: Color;
  /** What someone sees who stands in the camera, over all else. */
  readonly overlay: PhotographPlane;
}

const highlight = new Color('#ffffff');
const outlinePx = 1.6;

/** A pyramid for each camera with its photograph on the image plane, and the path through them. */
export class CamerasLayer {
  readonly group = new Group();
  private readonly frusta: Frustum[] = [];
  private readonly pyramids = new Group();
  private readonly path = new Group();
  private size = 1;
  private standing: number | undefined;
  private opacity = 0.5;

  constructor() {
    this.path.visible = false;
    this.group.add(this.pyramids, this.path);
  }

  add(view: ViewHeader, photograph: Texture): void {
    const color = new Color(viewColor(this.frusta.length));
    const corners = imageCorners(view);
    const outline = new LineMaterial({ color, linewidth: outlinePx });
    const body = frustumBody(corners, color);
    const edges = new LineSegments2(new LineSegmentsGeometry().setPositions(frustumEdges(corners)), outline);
    const object = new Group().add(edges, body, new PhotographPlane(corners, photograph));
    const overlay = new PhotographPlane(corners, photograph).layOverAll();
    overlay.visible = false;
    this.pyramids.add(posed(object, view));
    this.group.add(posed(overlay, view));
    this.frusta.push({
      centre: new Vector3().setFromMatrixPosition(cameraMatrix(view)),
      object,
      body,
      outline,
      color,
      overlay,
    });
  }

  /** Joins the cameras in their order, each part in the colour of the camera that it leaves. */
  buildPath(): void {
    this.frusta.slice(1).forEach(({ centre }, i) => {
      const from = this.frusta[i];
      if (!from) return;
      const geometry = new LineSegmentsGeometry().setPositions([...from.centre.toArray(), ...centre.toArray()]);
      this.path.add(new LineSegments2(geometry, new LineMaterial({ color: from.color, linewidth: 2 * outlinePx })));
    });
  }

  setShown(shown: boolean): void {
    this.pyramids.visible = shown;
  }

  setPathShown(shown: boolean): void {
    this.path.visible = shown;
  }

  /** The diagonal of the image planes, in units of the scene. */
  setSize(size: number): void {
    this.size = size;
    for (const { object } of this.frusta) object.scale.setScalar(size);
  }

  /** The camera in which the eye stands shows its photograph over the scene. */
  standIn(view: number | undefined): void {
    this.standing = view;
  }

  setPhotographOpacity(opacity: number): void {
    this.opacity = opacity;
  }

  /** Before each frame: someone who stands in a camera must not have a pyramid before their eyes. `eye` is in the upright frame. */
  makeWayFor(eye: Vector3, atMost: number): void {
    this.frusta.forEach(({ centre, object, overlay }, view) => {
      const distance = this.group.localToWorld(centre.clone()).distanceTo(eye);
      object.visible = this.standing === undefined && distance > this.size;
      overlay.visible = view === this.standing && distance < atMost && this.opacity > 0;
      overlay.setOpacity(this.opacity);
      overlay.scale.setScalar(this.size);
    });
  }

  highlight(view: number | undefined): void {
    this.frusta.forEach(({ outline, color }, v) => {
      outline.color.copy(v === view ? highlight : color);
      outline.linewidth = v === view ? 2 * outlinePx : outlinePx;
    });
  }

  /** The camera that a ray meets first. */
  hit(ray: Raycaster): number | undefined {
    if (!this.pyramids.visible) return undefined;
    const bodies = this.frusta.filter(({ object }) => object.visible).map(({ body }) => body);
    const [first] = ray.intersectObjects(bodies, false);
    return first && this.frusta.findIndex(({ body }) => body === first.object);
  }
}

function posed(object: Group | PhotographPlane, view: ViewHeader): Group {
  const pose = new Group().add(object);
  pose.matrixAutoUpdate = false;
  pose.matrix.copy(cameraMatrix(view));
  return pose;
}
