import { describe, expect, it } from '@jest/globals';
import { lastPlace, listCharts } from '#train/plot/page/chart-list.ts';
import type { Curves, PlotData, RunData } from '#train/plot/plot-data.ts';

const curvesOf = (values: Curves['values'], notFinite: Curves['notFinite'] = {}): Curves => {
  return { step: [0, 10], epoch: [0, 0.5], values, notFinite, logged: 1 };
};
const runOf = (steps: Curves, tests: RunData['tests'] = []): RunData => ({
  name: 'a',
  state: '',
  notes: [],
  steps,
  tests,
});
const dataOf = (...runs: RunData[]): PlotData => ({ runs, samples: [] });

describe('train/plot/page/chart-list', () => {
  it('shows the loss first, then its parts, then the rest, of runs that log different things', () => {
    const charts = listCharts(
      dataOf(
        runOf(curvesOf({ lr: [1, 1], 'details/conf_loss_1': [1, 2], loss: [3, 4] })),
        runOf(curvesOf({ loss: [5, 6], 'details/Regr3D_pts3d_2': [0, 0], mine: [1, 1] })),
      ),
    );
    expect(charts.map(({ title, curves }) => [title, curves.map(({ run }) => run)])).toEqual([
      ['Training loss', [0, 1]],
      ['conf_loss_1', [0]],
      ['Regr3D_pts3d_2', [1]],
      ['Learning rate', [0]],
      ['mine', [1]],
    ]);
    expect(lastPlace(charts, 'step')).toBe(10);
    expect(lastPlace([], 'epoch')).toBe(1);
  });

  it('shows average and median of a test loss in one chart, those of a set together', () => {
    const tests = [
      { testSet: 'Rooms', curves: curvesOf({ loss_avg: [1, 2], loss_med: [1, 1] }) },
      { testSet: 'Heaps', curves: curvesOf({ own_avg: [1, 1], loss_avg: [1, 2], loss_med: [1, 1] }) },
    ];
    const charts = listCharts(dataOf(runOf(curvesOf({}), tests)));
    expect(charts.map(({ section, title, curves }) => [section, title, curves.map(({ kind }) => kind)])).toEqual([
      ['Test: Rooms', 'loss', ['average', 'median']],
      ['Test: Heaps', 'loss', ['average', 'median']],
      ['Test: Heaps', 'own', ['average']],
    ]);
  });

  it('leaves out what was never logged, not what was never finite', () => {
    const steps = curvesOf({ lr: [null, null], loss: [null, null] }, { loss: 2 });
    expect(listCharts(dataOf(runOf(steps))).map(({ title }) => title)).toEqual(['Training loss']);
  });
});
