import { MathUtils, type PerspectiveCamera, Vector3 } from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';
import type { Bulk } from './bulk.ts';
import type { Viewpoint } from './framing.ts';

interface Flight {
  readonly from: Viewpoint;
  readonly to: Viewpoint;
  readonly startMs: number;
}

const flightMs = 800;
/** A turn glides on, its speed falling to a third in this time, however fast frames come. */
const glideMs = 110;
const reach = 60;
const keyZoom = 0.9;

/** Orbit, pan and zoom by hand, and flights to a viewpoint. */
export class Navigation {
  readonly controls: OrbitControls;
  private readonly eye: PerspectiveCamera;
  private readonly scene: Bulk;
  private flight: Flight | undefined;
  private lastMs = 0;
  private held = false;

  constructor(eye: PerspectiveCamera, canvas: HTMLCanvasElement, scene: Bulk) {
    this.eye = eye;
    this.scene = scene;
    this.controls = new OrbitControls(eye, canvas);
    this.controls.enableDamping = true;
    this.controls.zoomToCursor = true;
    this.controls.keyPanSpeed = 20;
    this.controls.minDistance = scene.radius / 200;
    this.controls.maxDistance = scene.radius * reach;
    this.controls.listenToKeyEvents(canvas);
    canvas.addEventListener('keydown', ({ key }) => {
      if (key === '+' || key === '=') this.controls.dollyIn(keyZoom);
      if (key === '-') this.controls.dollyOut(keyZoom);
    });
    this.controls.addEventListener('start', () => {
      this.flight = undefined;
      this.held = true;
    });
    this.controls.addEventListener('end', () => {
      this.held = false;
    });
  }

  /** A hand is on it: a button or a finger is down. */
  get isHeld(): boolean {
    return this.held;
  }

  get viewpoint(): Viewpoint {
    return { eye: this.eye.position.clone(), target: this.controls.target.clone(), fovDeg: this.eye.fov };
  }

  jumpTo({ eye, target, fovDeg }: Viewpoint): void {
    this.eye.position.copy(eye);
    this.controls.target.copy(target);
    this.eye.fov = fovDeg;
    this.controls.update();
  }

  flyTo(to: Viewpoint): void {
    const inOneStep = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.flight = { from: this.viewpoint, to, startMs: performance.now() - (inOneStep ? flightMs : 0) };
  }

  /** Moves on to this frame; true while the eye is still moving. */
  update(nowMs: number): boolean {
    this.controls.dampingFactor = 1 - Math.exp((this.lastMs - nowMs) / glideMs);
    this.lastMs = nowMs;
    const moving = this.flight ? this.continueFlight(this.flight, nowMs) : this.controls.update();
    const distance = this.eye.position.distanceTo(this.controls.target);
    this.eye.near = Math.min(distance, this.scene.radius) / 200;
    this.eye.far = (distance + this.scene.radius) * reach;
    return moving;
  }

  private continueFlight({ from, to, startMs }: Flight, nowMs: number): boolean {
    const progress = MathUtils.clamp((nowMs - startMs) / flightMs, 0, 1);
    const share = MathUtils.smootherstep(progress, 0, 1);
    this.jumpTo({
      eye: new Vector3().lerpVectors(from.eye, to.eye, share),
      target: new Vector3().lerpVectors(from.target, to.target, share),
      fovDeg: MathUtils.lerp(from.fovDeg, to.fovDeg, share),
    });
    if (progress === 1) this.flight = undefined;
    return progress < 1;
  }
}
