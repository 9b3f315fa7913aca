import { requireElement } from './elements.ts';
import type { Frame } from './framing.ts';

const marginPx = 24;

/** The part of the canvas that panel and strip leave free; a panel that takes half of it is to be closed, not avoided. */
export function freeFrame(canvas: HTMLCanvasElement): Frame {
  const { clientWidth: width, clientHeight: height } = canvas;
  const panel = requireElement('panel', HTMLDetailsElement);
  const strip = requireElement('strip', HTMLUListElement);
  const covered = panel.open && panel.offsetWidth < width / 2 ? width - panel.offsetLeft : 0;
  return {
    aspect: width / Math.max(1, height),
    left: -1 + (2 * marginPx) / width,
    right: 1 - (2 * (covered + marginPx)) / width,
    bottom: -1 + (2 * (strip.offsetHeight + marginPx)) / height,
    top: 1 - (2 * marginPx) / height,
  };
}
