import { type ConfidenceScale, levelToConfidence } from '#viewer/scene-format.ts';
import { requireElement } from './elements.ts';

export interface PanelActions {
  readonly onMinLevel: (level: number) => void;
  readonly onPointScale: (scale: number) => void;
  readonly onCameraScale: (scale: number) => void;
  readonly onCamerasShown: (shown: boolean) => void;
  readonly onMeasuring: (measuring: boolean) => void;
  readonly onReset: () => void;
}

/** Connects the sliders, check boxes, buttons and keys of the display panel. */
export function connectPanel(confidence: ConfidenceScale, actions: PanelActions): void {
  connectSlider('confidence', (level) => {
    actions.onMinLevel(level);
    return `≥ ${formatConfidence(levelToConfidence(level, confidence))}`;
  });
  requireElement('confidence', HTMLInputElement).disabled = confidence.min === confidence.max;
  connectSlider('point-size', (power) => showScale(power, actions.onPointScale));
  connectSlider('camera-size', (power) => showScale(power, actions.onCameraScale));
  const cameras = requireElement('cameras', HTMLInputElement);
  cameras.addEventListener('change', () => {
    requireElement('camera-size', HTMLInputElement).disabled = !cameras.checked;
    actions.onCamerasShown(cameras.checked);
  });
  connectButtons(actions);
  if (matchMedia('(max-width: 640px), (max-height: 480px)').matches) {
    requireElement('panel', HTMLDetailsElement).open = false;
  }
}

/** Calls `apply` now and at every move; what it returns is shown beside the slider and read out. */
function connectSlider(id: string, apply: (value: number) => string): void {
  const slider = requireElement(id, HTMLInputElement);
  const output = requireElement(`${id}-value`, HTMLOutputElement);
  const update = () => {
    const text = apply(slider.valueAsNumber);
    output.textContent = text;
    slider.setAttribute('aria-valuetext', text);
  };
  slider.addEventListener('input', update);
  update();
}

function showScale(power: number, apply: (scale: number) => void): string {
  const scale = 2 ** power;
  apply(scale);
  return `${scale.toFixed(2)} ×`;
}

function connectButtons({ onMeasuring, onReset }: PanelActions): void {
  const toggle = requireElement('measure-toggle', HTMLButtonElement);
  const setMeasuring = (measuring: boolean) => {
    toggle.setAttribute('aria-pressed', String(measuring));
    document.body.classList.toggle('measuring', measuring);
    onMeasuring(measuring);
  };
  const isMeasuring = () => toggle.getAttribute('aria-pressed') === 'true';
  toggle.addEventListener('click', () => setMeasuring(!isMeasuring()));
  requireElement('reset', HTMLButtonElement).addEventListener('click', onReset);
  document.addEventListener('keydown', ({ key, ctrlKey, metaKey, altKey }) => {
    if (ctrlKey || metaKey || altKey) return;
    if (key.toLowerCase() === 'r') onReset();
    if (key.toLowerCase() === 'm') setMeasuring(!isMeasuring());
    if (key === 'Escape') setMeasuring(false);
  });
}

function formatConfidence(confidence: number): string {
  return confidence >= 0.01 && confidence < 1e4 ? confidence.toPrecision(3) : confidence.toExponential(1);
}
