import type { SceneHeader } from '#viewer/scene-format.ts';
import { requireElement } from './elements.ts';
import { showHint } from './legend.ts';
import type { Viewer } from './viewer.ts';

/** The bar of someone who stands in a camera: which one, its photograph over the scene, the next one, and away. */
export class Standing {
  private readonly viewer: Viewer;
  private readonly views: SceneHeader['views'];
  private readonly bar = requireElement('standing', HTMLDivElement);
  private view: number | undefined;

  constructor(viewer: Viewer, { views }: SceneHeader) {
    this.viewer = viewer;
    this.views = views;
    const opacity = requireElement('photograph-opacity', HTMLInputElement);
    const setOpacity = () => {
      viewer.cameras.setPhotographOpacity(opacity.valueAsNumber / 100);
      viewer.redraw();
    };
    opacity.addEventListener('input', setOpacity);
    setOpacity();
    requireElement('next', HTMLButtonElement).addEventListener('click', () => this.step(1));
    requireElement('previous', HTMLButtonElement).addEventListener('click', () => this.step(-1));
    requireElement('leave', HTMLButtonElement).addEventListener('click', () => this.leave());
    viewer.navigation.controls.addEventListener('start', () => this.stepAside());
  }

  flyTo(view: number): void {
    this.view = view;
    this.viewer.cameras.standIn(view);
    requireElement('standing-name', HTMLElement).textContent = this.views[view]?.name ?? '';
    this.bar.hidden = false;
    showHint('');
    this.viewer.flyToCamera(view);
  }

  /** Before the first comes the last. */
  step(by: 1 | -1): void {
    const { length } = this.views;
    this.flyTo(this.view === undefined ? (by === 1 ? 0 : length - 1) : (this.view + by + length) % length);
  }

  /** Back to where the whole scene is seen. */
  leave(): void {
    if (this.bar.hidden) return;
    this.stepAside();
    this.viewer.reset();
  }

  /** The eye leaves the camera's place by hand. */
  stepAside(): void {
    this.bar.hidden = true;
    this.viewer.cameras.standIn(undefined);
  }
}
