import { requireElement } from './elements.ts';
import type { Settings } from './settings.ts';

/** What the controls do to the charts. */
export interface ChartActions {
  drawAll(): void;
  zoom(part: Settings['zoom']): void;
}

/** Connects the bar above the charts. */
export function connectControls(settings: Settings, { drawAll, zoom }: ChartActions): void {
  const smoothing = requireElement('smoothing', HTMLInputElement);
  smoothing.value = String(settings.smoothing);
  const smoothingText = requireElement('smoothing-value', HTMLOutputElement);
  const showSmoothing = () => {
    smoothingText.textContent = settings.smoothing.toFixed(2);
  };
  smoothing.addEventListener('input', () => {
    settings.smoothing = Number(smoothing.value);
    showSmoothing();
    drawAll();
  });
  showSmoothing();

  const axis = requireElement('axis', HTMLSelectElement);
  axis.addEventListener('change', () => {
    settings.axis = axis.value === 'epoch' ? 'epoch' : 'step';
    zoom(undefined);
    drawAll();
  });

  requireElement('reset', HTMLButtonElement).addEventListener('click', () => zoom(undefined));
  connectTheme(drawAll);
}

/** Follows the system until the button is pressed. */
function connectTheme(drawAll: () => void): void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const root = document.documentElement;
  root.dataset['theme'] = system.matches ? 'dark' : 'light';
  system.addEventListener('change', () => {
    root.dataset['theme'] = system.matches ? 'dark' : 'light';
    drawAll();
  });
  requireElement('theme', HTMLButtonElement).addEventListener('click', () => {
    root.dataset['theme'] = root.dataset['theme'] === 'dark' ? 'light' : 'dark';
    drawAll();
  });
}
