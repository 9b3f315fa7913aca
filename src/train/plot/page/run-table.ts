import type { RunData } from '#train/plot/plot-data.ts';
import { runSwatch } from './colors.ts';
import { element } from './elements.ts';
import { shownNumber } from './shown-number.ts';

/** The runs as a table that is the legend of all charts as well: a box shows or hides a run. */
export function runTable(runs: readonly RunData[], onToggle: (run: number, isShown: boolean) => void): HTMLElement {
  const head = ['Run', 'State', 'Last loss', 'Best test loss (median)', 'Notes'].map((name) =>
    element('th', { scope: 'col' }, name),
  );
  const rows = runs.map((run, index) => {
    const cells = [run.state, lastLoss(run), bestTest(run), run.notes.join('; ')].map((text) =>
      element('td', {}, text),
    );
    return element('tr', {}, nameCell(run.name, index, onToggle), ...cells);
  });
  return element(
    'table',
    { class: 'runs' },
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', {}, ...rows),
  );
}

function nameCell(name: string, run: number, onToggle: (run: number, isShown: boolean) => void): HTMLElement {
  const box = element('input', { type: 'checkbox', checked: true });
  box.addEventListener('change', () => onToggle(run, box.checked));
  return element('th', { scope: 'row' }, element('label', {}, box, runSwatch(run), name));
}

function lastLoss({ steps }: RunData): string {
  const last = steps.values['loss']?.findLast((value) => value !== null);
  return typeof last === 'number' ? shownNumber(last) : '–';
}

function bestTest({ tests }: RunData): string {
  const bests = tests.map(({ testSet, curves }) => {
    const losses = (curves.values['loss_med'] ?? []).filter((value) => value !== null);
    return losses.length === 0 ? '' : `${testSet}: ${shownNumber(Math.min(...losses))}`;
  });
  return bests.filter(Boolean).join('; ') || '–';
}
