import { escapeHtml } from '#export/embed-html.ts';
import { paletteSize } from '#export/page-palette.ts';
import { type Axis, type ChartSpec, placeOn, type Series, ticksOf } from './chart.ts';

const size = { width: 460, height: 260 };
const margin = { left: 62, right: 22, top: 8, bottom: 40 };
const plot = {
  width: size.width - margin.left - margin.right,
  height: size.height - margin.top - margin.bottom,
};

/** A chart as a drawing that needs no script, with a legend, and its values as a table that opens below. */
export function drawChart(spec: ChartSpec): string {
  const { title, about, series } = spec;
  const lines = series.filter(({ kind }) => kind !== 'dots');
  return `<figure class="chart">
<figcaption><h3>${escapeHtml(title)}</h3><p class="about">${escapeHtml(about)}</p></figcaption>
${drawing(spec)}
<ul class="legend">${lines.map(legendItem).join('')}</ul>
<details><summary>Values of “${escapeHtml(title)}”</summary>${valueTable(spec, lines)}</details>
</figure>`;
}

/** A piece of a method's line. */
export function methodSwatch(method: number, isThin = false): string {
  const dash = isThin ? thinDash : dashOf(method);
  const line = `<line x1="0" y1="4" x2="22" y2="4" stroke-dasharray="${dash}"${isThin ? ' class="thin"' : ''}/>`;
  return `<svg class="swatch" viewBox="0 0 22 8" aria-hidden="true" style="stroke:${colorOf(method)}">${line}</svg>`;
}

const thinDash = '1 3';

function colorOf(method: number): string {
  return `var(--run-${method % paletteSize})`;
}

/** Methods differ in their dashes too, for who cannot tell their colours apart. */
function dashOf(method: number): string {
  return ['none', '9 3', '2 3', '9 3 2 3'][method % 4] as string;
}

function legendItem({ name, method, kind }: Series): string {
  return `<li>${methodSwatch(method, kind === 'thin')}${escapeHtml(name)}</li>`;
}

function drawing({ title, x, y, series }: ChartSpec): string {
  const label = `${title}. ${series
    .filter(({ kind }) => kind !== 'dots')
    .map((line) => spoken(line, x, y))
    .join('; ')}`;
  return `<svg class="plot" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${escapeHtml(label)}">
${axisX(x)}${axisY(y)}
${series.map((one) => drawSeries(one, x, y)).join('\n')}
</svg>`;
}

/** Where a line begins and ends, in words. */
function spoken({ name, points }: Series, x: Axis, y: Axis): string {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return `${name}: no values`;
  const at = ([px, py]: readonly [number, number]) => `${y.format(py)} at ${x.format(px)}`;
  return `${name}: from ${at(first)} to ${at(last)}`;
}

const left = (axis: Axis, value: number) => rounded(margin.left + plot.width * placeOn(axis, value));
const top = (axis: Axis, value: number) => rounded(margin.top + plot.height * (1 - placeOn(axis, value)));

function rounded(value: number): number {
  return Number(value.toFixed(1));
}

function axisX(axis: Axis): string {
  const bottom = margin.top + plot.height;
  const ticks = ticksOf(axis).map((tick) => {
    const at = left(axis, tick);
    const text = `<text x="${at}" y="${bottom + 15}" text-anchor="middle">${escapeHtml(axis.format(tick))}</text>`;
    return `<line class="grid" x1="${at}" y1="${margin.top}" x2="${at}" y2="${bottom}"/>${text}`;
  });
  const middle = margin.left + plot.width / 2;
  return `${ticks.join('')}<text x="${middle}" y="${size.height - 6}" text-anchor="middle">${escapeHtml(axis.label)}</text>`;
}

function axisY(axis: Axis): string {
  const ticks = ticksOf(axis).map((tick) => {
    const at = top(axis, tick);
    const text = `<text x="${margin.left - 6}" y="${at + 4}" text-anchor="end">${escapeHtml(axis.format(tick))}</text>`;
    return `<line class="grid" x1="${margin.left}" y1="${at}" x2="${size.width - margin.right}" y2="${at}"/>${text}`;
  });
  const middle = margin.top + plot.height / 2;
  const turned = `transform="rotate(-90 11 ${middle})"`;
  return `${ticks.join('')}<text x="11" y="${middle}" text-anchor="middle" ${turned}>${escapeHtml(axis.label)}</text>`;
}

function drawSeries({ method, kind, points }: Series, x: Axis, y: Axis): string {
  const places = points.map(([px, py]) => [left(x, px), top(y, py)] as const);
  const color = colorOf(method);
  if (kind === 'dots') {
    return places.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="2.2" style="fill:${color}"/>`).join('');
  }
  const isThin = kind === 'thin';
  const dash = isThin ? thinDash : dashOf(method);
  const path = `<polyline points="${places.join(' ')}" stroke-dasharray="${dash}" style="stroke:${color}"${isThin ? ' class="thin"' : ''}/>`;
  return places.length === 1
    ? `${path}<circle cx="${places[0]?.[0]}" cy="${places[0]?.[1]}" r="3" style="fill:${color}"/>`
    : path;
}

function valueTable({ title, x, y }: ChartSpec, lines: readonly Series[]): string {
  const places = [...new Set(lines.flatMap(({ points }) => points.map(([px]) => px)))].sort((a, b) => a - b);
  const columns = lines.map(({ points }) => new Map(points));
  const head = [x.label, ...lines.map(({ name }) => name)].map((name) => `<th scope="col">${escapeHtml(name)}</th>`);
  const rows = places.map((place) => {
    const cells = columns.map((column) => {
      const value = column.get(place);
      return `<td>${value === undefined ? '–' : escapeHtml(y.format(value))}</td>`;
    });
    return `<tr><th scope="row">${escapeHtml(x.format(place))}</th>${cells.join('')}</tr>`;
  });
  const caption = `<caption>${escapeHtml(`${title}: ${y.label}`)}</caption>`;
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(title)}: values"><table>${caption}<thead><tr>${head.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}
