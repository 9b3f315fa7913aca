import type { ViewHeader } from '#viewer/scene-format.ts';
import { requireElement } from './elements.ts';
import { viewColor } from './view-color.ts';

export interface StripActions {
  readonly onFly: (view: number) => void;
  /** Which views are visible from now on. */
  readonly onVisible: (visible: readonly boolean[]) => void;
  readonly onHover: (view: number | undefined) => void;
}

/** A card for each view: its photograph, which flies to the camera; a box, which shows what it saw; and "only". */
export class ViewStrip {
  private readonly cards: readonly HTMLLIElement[];
  private readonly boxes: readonly HTMLInputElement[];
  private readonly actions: StripActions;

  constructor(views: readonly ViewHeader[], photographs: readonly string[], actions: StripActions) {
    this.actions = actions;
    this.boxes = views.map(() => Object.assign(document.createElement('input'), { type: 'checkbox', checked: true }));
    this.cards = views.map((view, index) => this.createCard(view, index, photographs[index] ?? ''));
    requireElement('strip', HTMLUListElement).append(...this.cards);
    requireElement('all-views', HTMLButtonElement).addEventListener('click', () => this.show(() => true));
    requireElement('no-views', HTMLButtonElement).addEventListener('click', () => this.show(() => false));
    this.countShown();
  }

  highlight(view: number | undefined): void {
    this.cards.forEach((card, index) => {
      card.classList.toggle('lit', index === view);
    });
  }

  reveal(view: number): void {
    this.cards[view]?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  private createCard({ name }: ViewHeader, index: number, photograph: string): HTMLLIElement {
    const card = document.createElement('li');
    card.style.setProperty('--hue', viewColor(index));
    const fly = createButton('fly', `Fly to the camera of ${name}`, () => this.actions.onFly(index));
    fly.append(Object.assign(new Image(), { src: photograph, alt: '' }));
    const only = createButton('only', `Show only ${name}`, () => this.showOnly(index));
    only.textContent = 'only';
    card.append(fly, this.labelBox(name, index), only);
    card.addEventListener('pointerenter', () => this.actions.onHover(index));
    card.addEventListener('pointerleave', () => this.actions.onHover(undefined));
    return card;
  }

  private labelBox(name: string, index: number): HTMLLabelElement {
    const label = document.createElement('label');
    label.title = `Show what ${name} saw`;
    const box = this.boxes[index];
    box?.setAttribute('aria-label', label.title);
    box?.addEventListener('change', () => this.show((view) => this.boxes[view]?.checked ?? false));
    label.append(...(box ? [box] : []), Object.assign(document.createElement('span'), { textContent: name }));
    return label;
  }

  /** A second time, all come back. */
  private showOnly(index: number): void {
    const isAlone = this.boxes.every(({ checked }, view) => checked === (view === index));
    this.show((view) => isAlone || view === index);
  }

  private show(isVisible: (view: number) => boolean): void {
    const visible = this.boxes.map((_, view) => isVisible(view));
    visible.forEach((checked, view) => {
      const box = this.boxes[view];
      if (box) box.checked = checked;
      this.cards[view]?.classList.toggle('off', !checked);
    });
    this.countShown();
    this.actions.onVisible(visible);
  }

  private countShown(): void {
    const shown = this.boxes.filter(({ checked }) => checked).length;
    requireElement('views-shown', HTMLSpanElement).textContent = `Views: ${shown} of ${this.boxes.length}`;
  }
}

function createButton(className: string, title: string, onClick: () => void): HTMLButtonElement {
  const button = Object.assign(document.createElement('button'), { type: 'button', className, title });
  button.setAttribute('aria-label', title);
  button.addEventListener('click', onClick);
  return button;
}
