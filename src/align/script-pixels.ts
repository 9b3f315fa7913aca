import { Adam } from './adam.ts';
import { solveDepths } from './depth-solve.ts';
import type { ImagePass, PassCamera } from './image-block.ts';
import { type ImageSums, passOverImage } from './image-pass.ts';
import { type ImageObservations, type ImageSummary, type Level, observeImage, toLevel } from './level.ts';
import type { SceneEstimate } from './objective.ts';
import { dropOutliers } from './outliers.ts';
import type { ImageStart, Pixels } from './pixels.ts';

interface ImageState extends ImageObservations {
  readonly image: number;
  readonly logDepth: Float32Array;
  readonly gradient: Float32Array;
}

/** Pixels in plain JavaScript. */
export class ScriptPixels implements Pixels {
  readonly summaries: readonly ImageSummary[];
  private readonly level: Level;
  private readonly images: readonly ImageState[];
  private readonly adam: Adam;

  constructor(level: Level, images: readonly ImageStart[]) {
    this.level = level;
    this.images = images.map(({ image, logDepth }) => ({
      ...observeImage(level, image),
      ...{ image, logDepth: logDepth.slice(), gradient: new Float32Array(logDepth.length) },
    }));
    this.summaries = this.images.map(({ summary }) => summary);
    this.adam = new Adam(this.images.map(({ logDepth }) => logDepth));
  }

  evaluate(estimate: SceneEstimate): Promise<ImageSums[]> {
    return Promise.resolve(this.images.map((state) => passOverImage(this.passOf(estimate, state), state.gradient)));
  }

  descend(learningRate: number): void {
    this.adam.step(
      this.images.map((state) => (this.isFree(state) ? state.gradient : undefined)),
      learningRate,
    );
  }

  dropOutliers(estimate: SceneEstimate): Promise<void> {
    for (const state of this.images) dropOutliers(this.passOf(estimate, state));
    return Promise.resolve();
  }

  solve(estimate: SceneEstimate, rounds: number): void {
    for (const state of this.images) if (this.isFree(state)) solveDepths(this.passOf(estimate, state), rounds);
  }

  readLogDepths(): Promise<Float32Array[]> {
    return Promise.resolve(this.images.map(({ logDepth }) => logDepth.slice()));
  }

  dispose(): void {}

  private isFree({ image }: ImageState): boolean {
    return this.level.problem.freeDepths[image] as boolean;
  }

  private passOf({ cameras, placements }: SceneEstimate, state: ImageState): ImagePass {
    const { image, size, sightings, planes, factors, logDepth } = state;
    return {
      width: size.width,
      camera: toLevel(this.level, cameras[image] as PassCamera),
      placements: sightings.map(({ pair }) => placements[pair] as Float64Array),
      ...{ logDepth, planes, factors, distance: this.level.problem.distance },
    };
  }
}
