import { paletteSize } from '#export/page-palette.ts';
import { element } from './elements.ts';

/** The colour of a run as the page's style has it now, light or dark: for a canvas. */
export function runColor(run: number): string {
  return styleColor(`--run-${run % paletteSize}`);
}

/** A piece of a run's line, for a legend. */
export function runSwatch(run: number, isDashed = false): HTMLElement {
  const swatch = element('span', { class: isDashed ? 'swatch dashed' : 'swatch' });
  swatch.style.color = `var(--run-${run % paletteSize})`;
  return swatch;
}

/** Runs that share a colour differ in their dashes. */
export function runDash(run: number): number[] {
  const round = Math.floor(run / paletteSize);
  return round === 0 ? [] : [2 + 4 * round, 3];
}

export function styleColor(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
