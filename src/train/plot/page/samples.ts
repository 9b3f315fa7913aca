import type { SampleData } from '#train/plot/plot-data.ts';
import { element } from './elements.ts';

/** Sample predictions of a run's test set, with a slider over the epochs; it begins at the last one. */
export function sampleViewer({ run, testSet, pictures }: SampleData): HTMLElement {
  const last = pictures.length - 1;
  const image = element('img', {});
  const label = element('output', {});
  const slider = element('input', {
    type: 'range',
    min: 0,
    max: last,
    value: last,
    step: 1,
    disabled: last === 0,
    'aria-label': `Epoch of the samples of ${testSet}, ${run}`,
  });
  const show = () => {
    const picture = pictures[Number(slider.value)];
    if (!picture) return;
    label.textContent = `after epoch ${picture.epoch}`;
    slider.setAttribute('aria-valuetext', label.textContent);
    image.src = picture.url;
    image.alt = `Predictions of ${run} for pairs of ${testSet} ${label.textContent}: image, true distance, predicted distance and confidence of both views of each pair`;
  };
  slider.addEventListener('input', show);
  show();
  const columns = ['Image', 'True distance', 'Predicted distance', 'Confidence'].map((name) =>
    element('span', {}, name),
  );
  return element(
    'figure',
    { class: 'samples' },
    element('figcaption', {}, `${run} · ${testSet} `, label),
    slider,
    element('div', { class: 'columns', 'aria-hidden': 'true' }, ...columns),
    image,
  );
}
