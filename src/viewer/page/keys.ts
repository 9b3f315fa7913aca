import { requireElement } from './elements.ts';
import { switchSurface } from './panel.ts';

export interface KeyActions {
  readonly onNextCamera: (step: 1 | -1) => void;
  readonly onEscape: () => void;
}

/** One key for each control; most press the element that does it by hand. */
export function connectKeys({ onNextCamera, onEscape }: KeyActions): void {
  const press = (id: string) => () => requireElement(id, HTMLElement).click();
  const actions: Readonly<Record<string, () => void>> = {
    g: switchSurface,
    c: press('cameras'),
    t: press('trajectory'),
    a: press('all-views'),
    m: press('measure-toggle'),
    p: press('save-picture'),
    r: press('reset'),
    n: () => onNextCamera(1),
    b: () => onNextCamera(-1),
    h: () => document.body.classList.toggle('bare'),
    '?': showHelp,
    escape: () => {
      document.body.classList.remove('bare');
      onEscape();
    },
  };
  document.addEventListener('keydown', ({ key, ctrlKey, metaKey, altKey }) => {
    if (!(ctrlKey || metaKey || altKey)) actions[key.toLowerCase()]?.();
  });
}

function showHelp(): void {
  document.body.classList.remove('bare');
  const help = requireElement('help', HTMLDetailsElement);
  const panel = requireElement('panel', HTMLDetailsElement);
  help.open = !(help.open && panel.open);
  panel.open ||= help.open;
  help.scrollIntoView({ block: 'nearest' });
}
