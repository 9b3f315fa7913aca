import * as tf from '@tensorflow/tfjs';
import type { RgbImage } from '#image/rgb-image.ts';
import type { Dust3r, EncodedViews } from '#model/dust3r.ts';
import type { Pair } from './pairs.ts';
import { encodeImage } from './predict.ts';

/** The tokens of the images whose pairs are under way. */
export class TokenCache {
  private readonly tokens = new Map<number, EncodedViews>();
  /** For each image, in how many batches it is still to come. */
  private readonly uses = new Map<number, number>();
  private readonly model: Dust3r;
  private readonly images: readonly RgbImage[];

  constructor(model: Dust3r, images: readonly RgbImage[], batches: readonly Pair[][]) {
    this.model = model;
    this.images = images;
    for (const batch of batches) {
      for (const image of new Set(batch.flat())) this.uses.set(image, (this.uses.get(image) ?? 0) + 1);
    }
  }

  get imageCount(): number {
    return this.uses.size;
  }

  has(image: number): boolean {
    return this.tokens.has(image);
  }

  async encode(image: number): Promise<void> {
    const encoded = encodeImage(this.model, this.images[image] as RgbImage);
    this.tokens.set(image, encoded);
    // An engine that computes on its own time would have all the encoding's cost counted as the first decoding's.
    await settle(encoded.tokens);
  }

  /** The images as one batch, in a tensor that the caller disposes of. */
  gather(images: readonly number[]): EncodedViews {
    const views = images.map((image) => this.tokens.get(image) as EncodedViews);
    const tokens = tf.concat(views.map((view) => view.tokens));
    return { tokens, grids: views.flatMap(({ grids }) => grids) };
  }

  release(batch: readonly Pair[]): void {
    for (const image of new Set(batch.flat())) {
      const left = (this.uses.get(image) as number) - 1;
      this.uses.set(image, left);
      if (left > 0) continue;
      this.tokens.get(image)?.tokens.dispose();
      this.tokens.delete(image);
    }
  }

  dispose(): void {
    for (const { tokens } of this.tokens.values()) tokens.dispose();
    this.tokens.clear();
  }
}

async function settle(tokens: tf.Tensor3D): Promise<void> {
  const corner = tokens.slice([0, 0, 0], [1, 1, 1]);
  await corner.data();
  corner.dispose();
}
