import { Color, type Object3D, PerspectiveCamera, Scene, WebGLRenderer } from 'three';
import { homeFovDeg } from './framing.ts';

/** The canvas, the eye and the loop: a frame is drawn when something changed, not otherwise. */
export class Stage {
  readonly eye = new PerspectiveCamera(homeFovDeg, 1, 0.01, 1000);
  /** Called before each frame; true asks for another one. */
  onFrame: (nowMs: number) => boolean = () => false;
  /** Told how long each frame kept the browser from the next. */
  onFrameTime: (frameMs: number) => void = () => undefined;
  onResize: (heightPx: number) => void = () => undefined;
  private readonly scene = new Scene();
  private readonly renderer: WebGLRenderer;
  readonly canvas: HTMLCanvasElement;
  private isDirty = false;
  private isScheduled = false;
  private drawnMs: number | undefined;

  constructor(canvas: HTMLCanvasElement) {
    this.canvas = canvas;
    this.renderer = new WebGLRenderer({ canvas, antialias: true, powerPreference: 'high-performance' });
    new ResizeObserver(() => this.resize()).observe(canvas);
  }

  add(...objects: Object3D[]): void {
    this.scene.add(...objects);
  }

  setBackground(color: string): void {
    this.renderer.setClearColor(new Color(color));
    this.invalidate();
  }

  /** What is on the canvas as a PNG file. A canvas forgets its picture once it is shown, so it is drawn again. */
  async picture(): Promise<Blob> {
    this.renderer.render(this.scene, this.eye);
    const blob = await new Promise<Blob | null>((done) => this.canvas.toBlob(done));
    if (!blob) throw new Error('The picture is too large for this browser.');
    return blob;
  }

  get aspect(): number {
    return this.canvas.clientWidth / Math.max(1, this.canvas.clientHeight);
  }

  /** A frame is asked for and not drawn yet. */
  get isWaiting(): boolean {
    return this.isDirty;
  }

  /** Asks for a frame. */
  invalidate(): void {
    this.isDirty = true;
    this.schedule();
  }

  resize(): void {
    const { clientWidth, clientHeight } = this.canvas;
    this.renderer.setPixelRatio(Math.min(window.devicePixelRatio, 2));
    this.renderer.setSize(clientWidth, clientHeight, false);
    this.eye.aspect = this.aspect;
    this.onResize(this.canvas.height);
    this.invalidate();
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    requestAnimationFrame(() => this.tick());
  }

  /** Each drawn frame is followed by one more tick, whose delay tells what the frame cost. */
  private tick(): void {
    this.isScheduled = false;
    const nowMs = performance.now();
    if (this.drawnMs !== undefined) this.onFrameTime(nowMs - this.drawnMs);
    this.drawnMs = undefined;
    if (!this.isDirty) return;
    this.isDirty = this.onFrame(nowMs);
    this.eye.updateProjectionMatrix();
    this.renderer.render(this.scene, this.eye);
    this.drawnMs = nowMs;
    this.schedule();
  }
}
