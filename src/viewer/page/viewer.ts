import { Group, type Matrix4, type Quaternion, Raycaster, type Texture, Vector2, Vector3 } from 'three';
import type { SceneHeader, ViewHeader } from '#viewer/scene-format.ts';
import { type Bulk, boundBulk, cameraMatrix, uprightRotation } from './bulk.ts';
import { CamerasLayer } from './cameras-layer.ts';
import { DetailGovernor } from './detail.ts';
import { cameraViewpoint, homeViewpoint, type Viewpoint } from './framing.ts';
import { freeFrame } from './free-frame.ts';
import { MeasureTool } from './measure-tool.ts';
import { Navigation } from './navigation.ts';
import { pickPoint } from './pick-point.ts';
import type { CursorPx } from './pointer.ts';
import { Stage } from './stage.ts';
import { SurfaceLayer } from './surface-layer.ts';
import type { ViewMap } from './view-map.ts';

/** Default diagonal of a camera's image plane, as a share of the scene's radius: less where there are many. */
const cameraShare = (views: number) => 0.22 * Math.min(1, Math.sqrt(5 / views));
/** How far from a camera's centre its photograph still lies over the scene, as a share of the scene's radius. */
const standingShare = 0.02;
const settleMs = 250;

/** A view as it was loaded. */
export interface LoadedView {
  readonly map: ViewMap;
  readonly photograph: Texture;
}

/** The 3D part of the page: its layers, the eye, and what can be done with them. Layers live in the world's frame. */
export class Viewer {
  readonly surfaces = new SurfaceLayer();
  readonly cameras = new CamerasLayer();
  readonly measure: MeasureTool;
  readonly navigation: Navigation;
  readonly stage: Stage;
  readonly bulk: Bulk;
  private readonly views: readonly ViewHeader[];
  private readonly canvas: HTMLCanvasElement;
  private readonly world = new Group();
  private readonly upright: Quaternion;
  private readonly centres: readonly Vector3[];
  private readonly detail: DetailGovernor;
  private settleTimer: number | undefined;
  private isSettling = false;

  constructor(
    canvas: HTMLCanvasElement,
    { views, unit = 'units' }: SceneHeader,
    loaded: readonly LoadedView[],
    minLevel: number,
  ) {
    this.canvas = canvas;
    this.views = views;
    this.stage = new Stage(canvas);
    this.detail = new DetailGovernor(views.reduce((sum, { pointCount }) => sum + pointCount, 0));
    this.measure = new MeasureTool(unit);
    this.upright = uprightRotation(views);
    const centreOf = (view: ViewHeader) => new Vector3().setFromMatrixPosition(cameraMatrix(view));
    this.centres = views.map((view) => centreOf(view).applyQuaternion(this.upright));
    const maps = loaded.map(({ map }) => map);
    this.bulk = boundBulk(maps, this.centres, this.upright, minLevel);
    this.navigation = new Navigation(this.stage.eye, canvas, this.bulk);
    for (const { map, photograph } of loaded) {
      this.surfaces.add(map, photograph);
      this.cameras.add(map.view, photograph);
    }
    this.cameras.buildPath();
    this.world.quaternion.copy(this.upright);
    this.world.add(this.surfaces.group, this.cameras.group);
    this.stage.add(this.world);
  }

  /** Resolves with the first frame. */
  async start(): Promise<void> {
    this.setCameraScale(1);
    this.navigation.jumpTo(this.home());
    this.navigation.controls.addEventListener('change', () => this.redraw());
    this.navigation.controls.addEventListener('end', () => this.redraw());
    this.stage.onResize = (heightPx) => this.surfaces.setViewportHeight(heightPx);
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
    this.cameras.setSize(scale * cameraShare(this.views.length) * this.bulk.radius);
  }

  reset(): void {
    this.flyTo(this.home());
  }

  flyToCamera(index: number): void {
    const view = this.views[index];
    if (view) this.flyTo(cameraViewpoint(view, this.upright, this.bulk, this.stage.aspect));
  }

  /** Turns about the point under the cursor from now on. */
  turnAbout(cursor: CursorPx): void {
    const target = this.pointAt(cursor, 8)?.applyQuaternion(this.upright);
    if (!target) return;
    const { viewpoint } = this.navigation;
    this.flyTo({ ...viewpoint, target });
  }

  measureAt(cursor: CursorPx, radiusPx: number): void {
    const point = this.pointAt(cursor, radiusPx);
    if (!point) return;
    this.measure.add(point);
    this.redraw();
  }

  /** In the world's frame. */
  private pointAt(cursorPx: CursorPx, radiusPx: number): Vector3 | undefined {
    const { clientWidth, clientHeight } = this.canvas;
    return pickPoint(this.surfaces.visibleMaps, {
      toClip: this.worldToClip(),
      viewportPx: [clientWidth, clientHeight],
      cursorPx,
      radiusPx,
      minLevel: this.surfaces.minLevel,
    });
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
    return homeViewpoint(this.bulk, this.centres, freeFrame(this.canvas));
  }

  private prepareFrame(nowMs: number): boolean {
    const isCoarse = this.chooseDetail();
    const moving = this.navigation.update(nowMs);
    this.stage.eye.updateMatrixWorld();
    this.stage.eye.updateProjectionMatrix();
    this.cameras.makeWayFor(this.stage.eye.position, standingShare * this.bulk.radius);
    this.measure.draw(this.worldToClip());
    this.canvas.ariaBusy = String(moving || isCoarse);
    return moving;
  }

  /** Coarse while frames follow each other and the machine is slow, whole as soon as they stop; true if coarse. */
  private chooseDetail(): boolean {
    const level = this.isSettling ? 0 : this.detail.level;
    this.isSettling = false;
    this.surfaces.setDetail(level);
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
