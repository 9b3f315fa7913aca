import { Group, type Matrix4, type Quaternion, Raycaster, Vector2, Vector3 } from 'three';
import type { ViewHeader } from '#viewer/scene-format.ts';
import { CamerasLayer } from './cameras-layer.ts';
import type { ViewPoints } from './decode-scene.ts';
import { DetailGovernor } from './detail.ts';
import { boundBulk, cameraViewpoint, homeViewpoint, type Sphere, uprightRotation, type Viewpoint } from './framing.ts';
import { MeasureTool } from './measure-tool.ts';
import { Navigation } from './navigation.ts';
import { pickPoint } from './pick-point.ts';
import type { CursorPx } from './pointer.ts';
import { PointsLayer } from './points-layer.ts';
import { Stage } from './stage.ts';

/** Default diagonal of a camera's image plane, as a share of the scene's radius. */
const cameraShare = 0.22;
const pickRadiusPx = 8;
const settleMs = 250;

/** The 3D part of the page: its layers, the eye, and what can be done with them. Layers live in the world's frame. */
export class Viewer {
  readonly points = new PointsLayer();
  readonly cameras = new CamerasLayer();
  readonly measure = new MeasureTool();
  readonly navigation: Navigation;
  private readonly views: readonly ViewHeader[];
  private readonly canvas: HTMLCanvasElement;
  private readonly stage: Stage;
  private readonly world = new Group();
  private readonly upright: Quaternion;
  private readonly bulk: Sphere;
  private readonly centres: readonly Vector3[];
  private readonly detail = new DetailGovernor();
  private settleTimer: number | undefined;
  private isSettling = false;

  constructor(canvas: HTMLCanvasElement, views: readonly ViewHeader[], clouds: readonly ViewPoints[]) {
    this.canvas = canvas;
    this.views = views;
    this.stage = new Stage(canvas);
    this.upright = uprightRotation(views);
    this.centres = views.map(({ positions }) => new Vector3(...positions.origin).applyQuaternion(this.upright));
    this.bulk = boundBulk(clouds, this.centres, this.upright);
    this.navigation = new Navigation(this.stage.eye, canvas, this.bulk);
    clouds.forEach((cloud, v) => {
      const view = views[v];
      if (view) this.points.add(view, cloud);
    });
    this.world.quaternion.copy(this.upright);
    this.world.add(this.points.group, this.cameras.group);
    this.stage.add(this.world);
  }

  /** Photographs first, then the first frame. */
  async start(): Promise<void> {
    for (const view of this.views) await this.cameras.add(view);
    this.setCameraScale(1);
    this.navigation.jumpTo(this.home());
    this.navigation.controls.addEventListener('change', () => this.redraw());
    this.navigation.controls.addEventListener('end', () => this.redraw());
    this.stage.onResize = (heightPx) => this.points.setViewportHeight(heightPx);
    this.stage.onFrameTime = (frameMs) => this.detail.record(frameMs);
    this.stage.resize();
    await new Promise<void>((drawn) => {
      this.stage.onFrame = (nowMs) => {
        drawn();
        return this.prepareFrame(nowMs);
      };
    });
  }

  redraw(): void {
    this.stage.invalidate();
  }

  setCameraScale(scale: number): void {
    this.cameras.setSize(scale * cameraShare * this.bulk.radius);
  }

  reset(): void {
    this.flyTo(this.home());
  }

  flyToCamera(index: number | undefined): void {
    const view = index === undefined ? undefined : this.views[index];
    if (view) this.flyTo(cameraViewpoint(view, this.upright, this.bulk, this.stage.aspect));
  }

  /** Turns about the point under the cursor from now on. */
  turnAbout(cursor: CursorPx): void {
    const target = this.pointAt(cursor)?.applyQuaternion(this.upright);
    if (!target) return;
    const { viewpoint } = this.navigation;
    this.flyTo({ ...viewpoint, target });
  }

  measureAt(cursor: CursorPx): void {
    const point = this.pointAt(cursor);
    if (!point) return;
    this.measure.add(point);
    this.redraw();
  }

  /** In the world's frame. */
  private pointAt(cursorPx: CursorPx): Vector3 | undefined {
    const { clientWidth, clientHeight } = this.canvas;
    const position = pickPoint(this.points.visibleClouds, {
      toClip: this.worldToClip().elements,
      viewportPx: [clientWidth, clientHeight],
      cursorPx,
      radiusPx: pickRadiusPx,
      minLevel: this.points.minLevel,
    });
    return position && new Vector3(...position);
  }

  cameraAt([x, y]: CursorPx): number | undefined {
    const ray = new Raycaster();
    const cursor = new Vector2((2 * x) / this.canvas.clientWidth - 1, 1 - (2 * y) / this.canvas.clientHeight);
    ray.setFromCamera(cursor, this.stage.eye);
    return this.cameras.hit(ray);
  }

  private flyTo(viewpoint: Viewpoint): void {
    this.navigation.flyTo(viewpoint);
    this.redraw();
  }

  private home(): Viewpoint {
    return homeViewpoint(this.bulk, this.centres, this.stage.aspect);
  }

  private prepareFrame(nowMs: number): boolean {
    const isCoarse = this.chooseDetail();
    const moving = this.navigation.update(nowMs);
    this.stage.eye.updateMatrixWorld();
    this.stage.eye.updateProjectionMatrix();
    this.cameras.makeWayFor(this.stage.eye.position);
    this.measure.draw(this.worldToClip());
    this.canvas.ariaBusy = String(moving || isCoarse);
    return moving;
  }

  /** Coarse while frames follow each other and the machine is slow, whole as soon as they stop; true if coarse. */
  private chooseDetail(): boolean {
    const level = this.isSettling ? 0 : this.detail.level;
    this.isSettling = false;
    this.points.setDetail(level);
    window.clearTimeout(this.settleTimer);
    if (level === 0) return false;
    this.settleTimer = window.setTimeout(() => {
      if (this.stage.isWaiting || this.navigation.isHeld) return;
      this.isSettling = true;
      this.redraw();
    }, settleMs);
    return true;
  }

  private worldToClip(): Matrix4 {
    const { eye } = this.stage;
    this.world.updateMatrixWorld();
    return eye.projectionMatrix.clone().multiply(eye.matrixWorldInverse).multiply(this.world.matrixWorld);
  }
}
