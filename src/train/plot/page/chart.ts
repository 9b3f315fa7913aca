import uPlot from 'uplot';
import { type ChartData, chartData } from './chart-data.ts';
import type { ChartSpec } from './chart-list.ts';
import { chartOptions } from './chart-options.ts';
import { element } from './elements.ts';
import { readoutLine } from './readout.ts';
import type { Settings } from './settings.ts';

/** What a chart needs of its page. */
export interface ChartContext {
  readonly runNames: readonly string[];
  readonly settings: Settings;
  /** Shows a part of the horizontal axis in all charts; undefined: everything. */
  zoom(part: Settings['zoom']): void;
  /** Of all charts together: where their horizontal axis ends. */
  lastPlace(): number;
}

const height = 230;

/** One chart: title, switch of the vertical axis, plot, and the values below the pointer. */
export class Chart {
  readonly root: HTMLElement;
  private readonly spec: ChartSpec;
  private readonly context: ChartContext;
  private readonly frame = element('div', { class: 'plot', tabindex: 0, role: 'img' });
  private readonly readout = element('ul', { class: 'readout' });
  private readonly logSwitch = element('button', { type: 'button', 'aria-pressed': 'false' }, 'log');
  private data: ChartData = { columns: [[]], lines: [] };
  private plot: uPlot | undefined;

  constructor(spec: ChartSpec, context: ChartContext) {
    this.spec = spec;
    this.context = context;
    const heading = element('div', { class: 'heading' }, element('h3', {}, spec.title), this.logSwitch);
    const about = element('p', { class: 'about' }, spec.about);
    this.root = element('article', { class: 'chart' }, heading, about, this.frame, this.readout);
    this.logSwitch.setAttribute('aria-label', `Logarithmic axis of ${spec.title}`);
    this.logSwitch.addEventListener('click', () => {
      this.logSwitch.setAttribute('aria-pressed', String(!this.isLogarithmic));
      this.draw();
    });
    this.frame.addEventListener('keydown', (event) => this.onKey(event));
    new ResizeObserver(() => this.plot?.setSize({ width: this.frame.clientWidth, height })).observe(this.frame);
  }

  /** Draws anew, by the settings and the colours of now. */
  draw(): void {
    this.plot?.destroy();
    this.data = chartData(this.spec.curves, this.context.settings);
    const look = { width: this.frame.clientWidth, height, isLogarithmic: this.isLogarithmic };
    const hooks: uPlot.Hooks.Arrays = {
      setCursor: [() => this.showValues()],
      setSelect: [(plot) => this.onSelect(plot)],
    };
    const options = chartOptions(this.data, look);
    const bind: uPlot.Cursor.Bind = {
      dblclick: () => () => {
        this.context.zoom(undefined);
        return null;
      },
    };
    this.plot = new uPlot({ ...options, hooks, cursor: { ...options.cursor, bind } }, this.data.columns, this.frame);
    this.showZoom();
    this.showValues();
  }

  /** Moves the horizontal axis to where the settings say. */
  showZoom(): void {
    this.plot?.setScale('x', this.context.settings.zoom ?? { min: 0, max: this.context.lastPlace() });
  }

  private get isLogarithmic(): boolean {
    return this.logSwitch.getAttribute('aria-pressed') === 'true';
  }

  private onSelect(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width <= 0) return;
    const part = { min: plot.posToVal(left, 'x'), max: plot.posToVal(left + width, 'x') };
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.context.zoom(part);
  }

  /** Arrow keys move the pointer from value to value, Escape shows everything again. */
  private onKey(event: KeyboardEvent): void {
    const { plot } = this;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === 'Escape') this.context.zoom(undefined);
    if (!plot || step === undefined) return;
    event.preventDefault();
    const places = this.data.columns[0];
    const last = places.length - 1;
    const next = Math.min(Math.max((plot.cursor.idx ?? last) + step, 0), last);
    plot.setCursor({ left: plot.valToPos(places[next] ?? 0, 'x'), top: height / 4 });
  }

  /** Below the pointer, or else the last of each run. */
  private showValues(): void {
    const { runNames, settings } = this.context;
    const at = (column: number) => {
      const hovered = this.plot?.cursor.idxs?.[column];
      const values = this.data.columns[column] ?? [];
      return values[hovered ?? lastValue(values)] ?? null;
    };
    const place = this.data.columns[0][this.plot?.cursor.idx ?? this.data.columns[0].length - 1];
    const items = this.data.lines.map((line) => readoutLine(line, runNames, at));
    const where = element(
      'li',
      { class: 'where' },
      place === undefined ? '' : `${settings.axis} ${Number(place.toFixed(3))}`,
    );
    this.readout.replaceChildren(where, ...items);
    this.frame.setAttribute(
      'aria-label',
      `${this.spec.title}: ${items.map(({ textContent }) => textContent).join(', ')}`,
    );
  }
}

function lastValue(values: ArrayLike<number | null | undefined>): number {
  let place = values.length - 1;
  while (place > 0 && typeof values[place] !== 'number') place--;
  return place;
}
