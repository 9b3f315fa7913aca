import type { SceneHeader } from '#viewer/scene-format.ts';
import type { Bulk } from './bulk.ts';
import { requireElement } from './elements.ts';
import { formatLength } from './measure-tool.ts';
import type { SurfaceLayer } from './surface-layer.ts';

export function showCounts({ shownCount }: SurfaceLayer, { views }: SceneHeader): void {
  const total = views.reduce((sum, { pointCount }) => sum + pointCount, 0);
  const points = shownCount === total ? format(total) : `${format(shownCount)} of ${format(total)}`;
  requireElement('counts', HTMLParagraphElement).textContent =
    `${points} points · ${views.length} ${views.length === 1 ? 'view' : 'views'}`;
}

function format(count: number): string {
  return count.toLocaleString('en');
}

/** Width, height and depth of the box that holds nearly all points, in the unit that distances are measured in. */
export function showExtent({ extent }: Bulk, { unit }: SceneHeader): void {
  const element = requireElement('extent', HTMLParagraphElement);
  const sides = extent.toArray().map((side) => formatLength(Number(side.toPrecision(2))));
  element.textContent = `Scene ${sides.join(' × ')} ${unit ?? 'units, true scale unknown'}`;
}

export function hintOf(isMeasuring: boolean, isStart: boolean): string {
  if (isMeasuring) return 'Click two points to measure the distance between them · Esc to stop';
  if (!isStart) return '';
  return matchMedia('(pointer: coarse)').matches
    ? 'Drag to turn · two fingers to move and zoom'
    : 'Drag to turn · right-drag to move · wheel to zoom';
}

export function showHint(text: string): void {
  const hint = requireElement('hint', HTMLParagraphElement);
  if (text) hint.textContent = text;
  hint.classList.toggle('gone', !text);
}
