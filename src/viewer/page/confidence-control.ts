import { confidenceToLevel, levelToConfidence, type SceneHeader } from '#viewer/scene-format.ts';
import { requireElement } from './elements.ts';
import { Histogram } from './histogram.ts';
import { connectSlider, setSlider } from './slider.ts';
import type { SurfaceLayer } from './surface-layer.ts';

/** The confidence slider, in the network's own units, below the histogram of what is visible. */
export class ConfidenceControl {
  private readonly histogram = new Histogram();
  private readonly surfaces: SurfaceLayer;

  constructor({ confidence, minConfidence }: SceneHeader, surfaces: SurfaceLayer, onChange: () => void) {
    this.surfaces = surfaces;
    const slider = requireElement('confidence', HTMLInputElement);
    slider.disabled = confidence.min === confidence.max;
    const automatic = minConfidence === undefined ? 0 : confidenceToLevel(minConfidence, confidence);
    slider.valueAsNumber = automatic;
    connectSlider('confidence', (level) => {
      surfaces.setMinLevel(level);
      this.refresh();
      onChange();
      return `≥ ${formatConfidence(levelToConfidence(level, confidence))}`;
    });
    if (minConfidence !== undefined && !slider.disabled) this.offerAutomatic(automatic, minConfidence);
  }

  /** After other views have become visible. */
  refresh(): void {
    this.histogram.draw(this.surfaces.visibleMaps, this.surfaces.minLevel);
  }

  private offerAutomatic(level: number, minConfidence: number): void {
    this.histogram.markAutomatic(level);
    const button = requireElement('use-automatic', HTMLButtonElement);
    button.hidden = false;
    button.textContent = `Automatic: ${formatConfidence(minConfidence)}`;
    button.addEventListener('click', () => setSlider('confidence', level));
  }
}

function formatConfidence(confidence: number): string {
  return confidence >= 0.01 && confidence < 1e4 ? confidence.toPrecision(3) : confidence.toExponential(1);
}
