import { requireElement } from './elements.ts';

/** Calls `apply` now and at every move; what it returns is shown beside the slider and read out. */
export function connectSlider(id: string, apply: (value: number) => string): void {
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

/** As if it had been moved by hand. */
export function setSlider(id: string, value: number): void {
  const slider = requireElement(id, HTMLInputElement);
  slider.valueAsNumber = value;
  slider.dispatchEvent(new Event('input'));
}
