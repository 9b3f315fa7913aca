import { requireElement } from './elements.ts';
import { connectSlider } from './slider.ts';
import type { SurfaceStyle } from './surface-layer.ts';

export interface PanelActions {
  readonly onStyle: (style: SurfaceStyle) => void;
  readonly onPointScale: (scale: number) => void;
  readonly onCameraScale: (scale: number) => void;
  readonly onCamerasShown: (shown: boolean) => void;
  readonly onPathShown: (shown: boolean) => void;
  readonly onMeasuring: (measuring: boolean) => void;
}

/** Connects what the display panel sets. */
export function connectPanel(actions: PanelActions): void {
  for (const input of surfaceInputs()) {
    input.addEventListener('change', () => {
      requireElement('point-size', HTMLInputElement).disabled = input.value === 'mesh';
      actions.onStyle(input.value === 'mesh' ? 'mesh' : 'points');
    });
  }
  connectSlider('point-size', (power) => showScale(power, actions.onPointScale));
  connectSlider('camera-size', (power) => showScale(power, actions.onCameraScale));
  onToggle('cameras', (shown) => {
    requireElement('camera-size', HTMLInputElement).disabled = !shown;
    actions.onCamerasShown(shown);
  });
  onToggle('trajectory', actions.onPathShown);
  const toggle = requireElement('measure-toggle', HTMLButtonElement);
  toggle.addEventListener('click', () => {
    const measuring = toggle.getAttribute('aria-pressed') !== 'true';
    toggle.setAttribute('aria-pressed', String(measuring));
    document.body.classList.toggle('measuring', measuring);
    actions.onMeasuring(measuring);
  });
  if (matchMedia('(max-width: 640px), (max-height: 480px)').matches) {
    requireElement('panel', HTMLDetailsElement).open = false;
  }
}

function showScale(power: number, apply: (scale: number) => void): string {
  const scale = 2 ** power;
  apply(scale);
  return `${scale.toFixed(2)} ×`;
}

function onToggle(id: string, apply: (checked: boolean) => void): void {
  const box = requireElement(id, HTMLInputElement);
  box.addEventListener('change', () => apply(box.checked));
}

function surfaceInputs(): HTMLInputElement[] {
  return [...document.querySelectorAll<HTMLInputElement>('input[name=surface]')];
}

/** From points to mesh or back, as if by hand. */
export function switchSurface(): void {
  surfaceInputs()
    .find(({ checked }) => !checked)
    ?.click();
}
