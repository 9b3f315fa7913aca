import { type Matrix4, type Vector3, Vector4 } from 'three';
import { requireElement } from './elements.ts';

/** A distance between two picked points, drawn over the canvas. Coordinates are the points' own. */
export class MeasureTool {
  private readonly overlay = requireElement('measure', SVGSVGElement);
  private readonly label = requireElement('distance', HTMLOutputElement);
  private ends: Vector3[] = [];
  private measuring = false;
  private readonly unit: string;

  constructor(unit: string) {
    this.unit = unit;
  }

  get active(): boolean {
    return this.measuring;
  }

  /** Leaving the tool takes its measurement away. */
  setActive(active: boolean): void {
    this.measuring = active;
    if (!active) this.ends = [];
  }

  /** A third point starts a new measurement. */
  add(end: Vector3): void {
    if (this.ends.length === 2) this.ends = [];
    this.ends.push(end);
    const [a, b] = this.ends;
    this.label.textContent = a && b ? `${formatLength(a.distanceTo(b))} ${this.unit}` : '';
  }

  /** Puts the overlay where the points are on the screen; what lies behind the eye is hidden. */
  draw(toClip: Matrix4): void {
    const screen = this.ends.map((end) => toScreen(end, toClip, this.overlay));
    const [line, ...circles] = this.overlay.children;
    circles.forEach((circle, i) => {
      const at = screen[i];
      circle.classList.toggle('shown', at !== undefined);
      if (at) setAttributes(circle, { cx: at.x, cy: at.y });
    });
    const [a, b] = screen;
    line?.classList.toggle('shown', a !== undefined && b !== undefined);
    this.label.hidden = !(a && b);
    if (!(a && b && line)) return;
    setAttributes(line, { x1: a.x, y1: a.y, x2: b.x, y2: b.y });
    this.label.style.left = `${(a.x + b.x) / 2}px`;
    this.label.style.top = `${(a.y + b.y) / 2}px`;
  }
}

function toScreen(point: Vector3, toClip: Matrix4, { clientWidth, clientHeight }: Element) {
  const { x, y, w } = new Vector4(point.x, point.y, point.z, 1).applyMatrix4(toClip);
  if (w <= 0) return undefined;
  return { x: (0.5 + x / w / 2) * clientWidth, y: (0.5 - y / w / 2) * clientHeight };
}

function setAttributes(element: Element, values: Record<string, number>): void {
  for (const [name, value] of Object.entries(values)) element.setAttribute(name, value.toFixed(1));
}

/** Three or four digits that count, whatever the scale. */
export function formatLength(length: number): string {
  if (length === 0) return '0';
  return length >= 1e-3 && length < 1e5 ? String(Number(length.toPrecision(4))) : length.toExponential(3);
}
