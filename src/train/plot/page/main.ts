import type { PlotData } from '#train/plot/plot-data.ts';
import { Chart, type ChartContext } from './chart.ts';
import { lastPlace, listCharts } from './chart-list.ts';
import { connectControls } from './connect-controls.ts';
import { element, requireElement } from './elements.ts';
import { runTable } from './run-table.ts';
import { sampleViewer } from './samples.ts';
import type { Settings } from './settings.ts';

/** uPlot's style sheet, put in by the bundler. */
declare const uplotStyle: string;

try {
  start();
  document.documentElement.dataset['ready'] = 'true';
} catch (error) {
  const message = requireElement('message', HTMLParagraphElement);
  message.textContent = `This page could not be drawn: ${error instanceof Error ? error.message : error}`;
  message.hidden = false;
}

function start(): void {
  document.head.append(element('style', {}, uplotStyle));
  const data: PlotData = JSON.parse(requireElement('data', HTMLScriptElement).text);
  const settings: Settings = { smoothing: 0.8, axis: 'step', hidden: new Set(), zoom: undefined };
  const specs = listCharts(data);
  const context: ChartContext = {
    runNames: data.runs.map(({ name }) => name),
    settings,
    lastPlace: () => lastPlace(specs, settings.axis),
    zoom: (part) => {
      settings.zoom = part;
      for (const chart of charts) chart.showZoom();
      requireElement('reset', HTMLButtonElement).disabled = part === undefined;
    },
  };
  const charts = specs.map((spec) => new Chart(spec, context));
  const drawAll = () => {
    for (const chart of charts) chart.draw();
  };
  const toggleRun = (run: number, isShown: boolean) => {
    if (isShown) settings.hidden.delete(run);
    else settings.hidden.add(run);
    drawAll();
  };
  requireElement('runs', HTMLElement).append(runTable(data.runs, toggleRun));
  const page = requireElement('charts', HTMLElement);
  if (specs.length === 0)
    page.append(element('p', { class: 'empty' }, 'There is nothing to draw yet: no step has been logged.'));
  for (const section of new Set(specs.map((spec) => spec.section))) {
    const roots = charts.filter((_, i) => specs[i]?.section === section).map(({ root }) => root);
    page.append(element('h2', {}, section), element('div', { class: 'grid' }, ...roots));
  }
  const viewers = data.samples.filter(({ pictures }) => pictures.length > 0).map(sampleViewer);
  requireElement('samples', HTMLElement).hidden = viewers.length === 0;
  requireElement('sample-grid', HTMLElement).append(...viewers);
  connectControls(settings, { drawAll, zoom: context.zoom });
  drawAll();
}
