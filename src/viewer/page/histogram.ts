import { maxLevel } from '#viewer/scene-format.ts';
import { requireElement } from './elements.ts';
import type { ViewMap } from './view-map.ts';

const binCount = 64;
const levelsPerBin = (maxLevel + 1) / binCount;
const height = 40;

/** How many points there are of each confidence, above the slider and on its scale; what it hides is fainter. */
export class Histogram {
  private readonly bars = requireElement('bars', SVGPathElement);
  private readonly barsBelow = requireElement('bars-below', SVGPathElement);

  /** Marks the threshold that was chosen for the scene. */
  markAutomatic(level: number): void {
    const line = requireElement('automatic', SVGLineElement);
    line.setAttribute('x1', String(level));
    line.setAttribute('x2', String(level));
  }

  draw(maps: readonly ViewMap[], minLevel: number): void {
    const bins = countBins(maps);
    const most = Math.max(1, ...bins);
    const path = (from: number, to: number) =>
      bins
        .slice(from, to)
        .map((count, i) => bar(from + i, count / most))
        .join('');
    const first = Math.min(binCount, Math.round(minLevel / levelsPerBin));
    this.barsBelow.setAttribute('d', path(0, first));
    this.bars.setAttribute('d', path(first, binCount));
  }
}

/** Points by confidence, in 64 equal parts of the levels. */
export function countBins(maps: readonly ViewMap[]): number[] {
  const from = (level: number) => maps.reduce((sum, { countFromLevel }) => sum + (countFromLevel[level] ?? 0), 0);
  const cumulative = Array.from({ length: binCount + 1 }, (_, bin) => from(bin * levelsPerBin));
  return cumulative.slice(0, binCount).map((count, bin) => count - (cumulative[bin + 1] ?? 0));
}

/** The square root lets small bars be seen beside a large one. */
function bar(bin: number, share: number): string {
  const top = height * (1 - Math.sqrt(share));
  return `M${bin * levelsPerBin} ${height}V${top.toFixed(2)}h${levelsPerBin - 0.6}V${height}Z`;
}
