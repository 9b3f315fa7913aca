import type { ViewHeader } from '#viewer/scene-format.ts';
import { requireElement } from './elements.ts';
import { viewColor } from './view-color.ts';

export interface StripActions {
  readonly onFly: (view: number) => void;
  readonly onVisible: (view: number, visible: boolean) => void;
  readonly onHover: (view: number | undefined) => void;
}

/** A card for each view: its photograph, which flies to the camera, and a check box, which shows its points. */
export class ViewStrip {
  private readonly cards: readonly HTMLLIElement[];

  constructor(views: readonly ViewHeader[], actions: StripActions) {
    this.cards = views.map((view, index) => createCard(view, index, actions));
    requireElement('strip', HTMLUListElement).append(...this.cards);
  }

  highlight(view: number | undefined): void {
    this.cards.forEach((card, index) => {
      card.classList.toggle('lit', index === view);
    });
  }
}

function createCard(view: ViewHeader, index: number, actions: StripActions): HTMLLIElement {
  const card = document.createElement('li');
  card.style.setProperty('--hue', viewColor(index));
  card.append(createFlyButton(view, index, actions), createCheckBox(view, index, actions));
  card.addEventListener('pointerenter', () => actions.onHover(index));
  card.addEventListener('pointerleave', () => actions.onHover(undefined));
  return card;
}

function createFlyButton({ name, thumbnail }: ViewHeader, index: number, { onFly }: StripActions): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'fly';
  button.title = `Fly to the camera of ${name}`;
  button.setAttribute('aria-label', button.title);
  if (thumbnail) button.append(Object.assign(new Image(), { src: thumbnail, alt: '' }));
  else button.textContent = String(index + 1);
  button.addEventListener('click', () => onFly(index));
  return button;
}

function createCheckBox({ name }: ViewHeader, index: number, { onVisible }: StripActions): HTMLLabelElement {
  const label = document.createElement('label');
  label.title = `Show the points of ${name}`;
  const box = Object.assign(document.createElement('input'), { type: 'checkbox', checked: true });
  box.setAttribute('aria-label', label.title);
  box.addEventListener('change', () => {
    label.parentElement?.classList.toggle('off', !box.checked);
    onVisible(index, box.checked);
  });
  label.append(box, Object.assign(document.createElement('span'), { textContent: name }));
  return label;
}
