import { type Object3D, PerspectiveCamera, Scene, WebGLRenderer } from 'three';
import { homeFovDeg } from './framing.ts';

const background = '#191a1c';

export interface Frame {
  readonly nowMs: number;
  /** From the request for this frame until the browser granted it. */
  readonly waitMs: number;
}

/** The canvas, the eye and the loop: a frame is drawn when something changed, not otherwise. */
export class Stage {
  readonly eye = new PerspectiveCamera(homeFovDeg, 1, 0.01, 1000);
  /** Called before each frame; true asks for another one. */
  onFrame: (frame: Frame) => boolean = () => false;
  onResize: (heightPx: number) => void = () => undefined;
  private readonly scene = new Scene();
  private readonly renderer: WebGLRenderer;
  private readonly canvas: HTMLCanvasElement;
  private requestedMs: number | undefined;

  constructor(canvas: HTMLCanvasElement) {
    this.canvas = canvas;
    this.renderer = new WebGLRenderer({ canvas, antialias: true, powerPreference: 'high-performance' });
    this.renderer.setClearColor(background);
    new ResizeObserver(() => this.resize()).observe(canvas);
  }

  add(...objects: Object3D[]): void {
    this.scene.add(...objects);
  }

  get aspect(): number {
    return this.canvas.clientWidth / Math.max(1, this.canvas.clientHeight);
  }

  /** A frame is asked for and not drawn yet. */
  get isWaiting(): boolean {
    return this.requestedMs !== undefined;
  }

  /** Asks for a frame. */
  invalidate(): void {
    if (this.requestedMs !== undefined) return;
    const requestedMs = performance.now();
    this.requestedMs = requestedMs;
    requestAnimationFrame(() => this.draw(requestedMs));
  }

  resize(): void {
    const { clientWidth, clientHeight } = this.canvas;
    this.renderer.setPixelRatio(Math.min(window.devicePixelRatio, 2));
    this.renderer.setSize(clientWidth, clientHeight, false);
    this.eye.aspect = this.aspect;
    this.onResize(this.canvas.height);
    this.invalidate();
  }

  private draw(requestedMs: number): void {
    this.requestedMs = undefined;
    const nowMs = performance.now();
    const more = this.onFrame({ nowMs, waitMs: nowMs - requestedMs });
    this.eye.updateProjectionMatrix();
    this.renderer.render(this.scene, this.eye);
    if (more) this.invalidate();
  }
}
