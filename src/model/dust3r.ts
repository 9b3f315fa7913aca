// START HERE: the network and its forward pass, encode → decode → heads (DUSt3R section 3; spec 1).
import * as tf from '@tensorflow/tfjs';
import { listParams, type Params } from '#tensor/params.ts';
import type { ModelConfig, TransformerConfig } from './config.ts';
import { type DecoderBlock, type Dust3rLayers, dust3rLayers, layerParams } from './dust3r-layers.ts';
import { type Dust3rSpec, dust3rSpec } from './dust3r-spec.ts';
import { dptHooks } from './head-dpt.ts';
import { headOutput } from './head-output.ts';
import { mapByOrientation, swapSpatialAxes } from './orientation.ts';
import { patchGrids, type TrueShape } from './patch-embed.ts';
import { type Grid, type RopeTable, rope2dTable } from './rope2d.ts';
import type { ParamSource } from './spec-layer.ts';

/** A batch of images after the encoder. An image is encoded once, however many pairs it is in. */
export interface EncodedViews {
  /** [B, N, C], normalised. */
  readonly tokens: tf.Tensor3D;
  /** The patch grid of each image in its true orientation. */
  readonly grids: readonly Grid[];
}

/** Tokens of every decoder layer of both views; entry 0 is the encoder's output, the last one is normalised. */
export interface DecodedPairs {
  readonly layers1: readonly tf.Tensor3D[];
  readonly layers2: readonly tf.Tensor3D[];
}

/** points [B, H, W, 3] in view 1's camera frame, up to scale; confidence [B, H, W], absent without a confMode. */
export interface ViewPrediction {
  readonly points: tf.Tensor4D;
  readonly confidence?: tf.Tensor3D;
}

export interface PairPrediction {
  readonly view1: ViewPrediction;
  readonly view2: ViewPrediction;
}

/** The two-view network of DUSt3R. It owns its weights; the caller owns every tensor that a method returns. */
export class Dust3r {
  readonly config: ModelConfig;
  readonly spec: Dust3rSpec;
  /** Every weight, as the tree that the specification declares; the pure functions of this folder work on it. */
  readonly params: Params<Dust3rSpec>;
  /**
   * Gradient checkpointing: a transformer block keeps nothing but its inputs for the gradient, which computes the block
   * once more. Values and gradients are the same to the last bit. May be changed between calls.
   */
  recomputeBlocks = false;
  private readonly layers: Dust3rLayers;

  /** @param source gives each weight by its checkpoint name and hands the tensor over */
  constructor(config: ModelConfig, source: ParamSource) {
    this.config = config;
    this.spec = dust3rSpec(config);
    this.layers = dust3rLayers(config, this.spec, source);
    this.params = layerParams(this.layers);
  }

  /**
   * Encodes images of one size.
   * @param images [B, H, W, 3] in [-1, 1]
   * @param trueShapes with ManyAR_PatchEmbed, the true (height, width) of images stored transposed; default: as stored
   * @throws RangeError if the size is not a multiple of the patch size or a true shape does not fit
   */
  encode(images: tf.Tensor4D, trueShapes?: readonly TrueShape[]): EncodedViews {
    const { encoder } = this.config;
    const { grids, isPortrait } = this.layoutOf(images, trueShapes);
    const tokens = tf.tidy(() => {
      const rope = this.ropeTable(grids, encoder);
      let x = this.layers.patch_embed.apply(images, isPortrait ? { isPortrait } : {}) as tf.Tensor3D;
      const options = { rope, isRecomputed: this.recomputeBlocks };
      for (const block of this.layers.enc_blocks) x = block.apply(x, options) as tf.Tensor3D;
      return this.layers.enc_norm.apply(x) as tf.Tensor3D;
    });
    return { tokens, grids };
  }

  /** Lets the two views look at each other, layer by layer. Entry 0 of both lists stays the caller's own tensor. */
  decode(view1: EncodedViews, view2: EncodedViews): DecodedPairs {
    expectSameBatch(view1, view2);
    const { decoder } = this.config;
    const pairs = tf.tidy(() => {
      const ropes = [this.ropeTable(view1.grids, decoder), this.ropeTable(view2.grids, decoder)] as const;
      const embed = ({ tokens }: EncodedViews) => this.layers.decoder_embed.apply(tokens) as tf.Tensor3D;
      const levels = this.decodeLevels([embed(view1), embed(view2)], ropes);
      const normed = (levels.pop() as TokenPair).map((x) => this.layers.dec_norm.apply(x)) as unknown as TokenPair;
      return [...levels, normed] as [tf.Tensor3D, tf.Tensor3D][];
    });
    return {
      layers1: [view1.tokens, ...pairs.map(([x1]) => x1)],
      layers2: [view2.tokens, ...pairs.map(([, x2]) => x2)],
    };
  }

  /** Pointmap and confidence of view 1 or 2 from all of its decoder layers and the grids of its images. */
  regress(view: 1 | 2, layers: readonly tf.Tensor3D[], grids: readonly Grid[]): ViewPrediction {
    const { head, decoder, patchSize, landscapeOnly, depthMode, confMode } = this.config;
    const hooks = head.type === 'dpt' ? dptHooks(decoder.depth) : [decoder.depth];
    const layer = this.layers[view === 1 ? 'downstream_head1' : 'downstream_head2'];
    const run = (inputs: readonly tf.Tensor3D[], grid: Grid) =>
      layer.apply([...inputs], { grid, patchSize }) as tf.Tensor4D;
    return tf.tidy(() => {
      const inputs = hooks.map((hook) => layers[hook] as tf.Tensor3D);
      const raw = landscapeOnly ? runAsLandscape(inputs, grids, run) : run(inputs, expectOneGrid(grids));
      return headOutput(raw, depthMode, confMode);
    });
  }

  /** Decodes ordered pairs of encoded views and regresses both pointmaps, in view 1's camera frame. */
  predict(view1: EncodedViews, view2: EncodedViews): PairPrediction {
    const predict = () => {
      const { layers1, layers2 } = this.decode(view1, view2);
      return { view1: this.regress(1, layers1, view1.grids), view2: this.regress(2, layers2, view2.grids) };
    };
    return tf.tidy(predict as unknown as () => tf.TensorContainerObject) as unknown as PairPrediction;
  }

  /** Every weight by its checkpoint name. The network owns them. */
  weights(): ReadonlyMap<string, tf.Variable> {
    return listParams(this.spec, this.params) as ReadonlyMap<string, tf.Variable>;
  }

  dispose(): void {
    for (const weight of this.weights().values()) weight.dispose();
  }

  private decodeLevels(embedded: TokenPair, [rope1, rope2]: readonly [RopeTable, RopeTable]): TokenPair[] {
    const levels: TokenPair[] = [];
    const isRecomputed = this.recomputeBlocks;
    this.layers.dec_blocks.forEach((block1, i) => {
      const block2 = this.layers.dec_blocks2[i] as DecoderBlock;
      // Both read the previous level's pair: the update is simultaneous (spec, pitfall 6).
      const [x1, x2] = levels.at(-1) ?? embedded;
      levels.push([
        block1.apply([x1, x2], { ropes: [rope1, rope2], isRecomputed }) as tf.Tensor3D,
        block2.apply([x2, x1], { ropes: [rope2, rope1], isRecomputed }) as tf.Tensor3D,
      ]);
    });
    return levels;
  }

  private layoutOf(images: tf.Tensor4D, trueShapes: readonly TrueShape[] | undefined) {
    const [B, H, W, C] = images.shape;
    if (images.rank !== 4 || C !== 3 || B === 0)
      throw new RangeError(`encode: expected images of shape [B, H, W, 3], got [${images.shape.join(', ')}]`);
    if (trueShapes && trueShapes.length !== B)
      throw new RangeError(`encode: expected ${B} true shapes, one an image, got ${trueShapes.length}`);
    const stored: TrueShape = [H, W];
    if (this.config.patchEmbed === 'PatchEmbedDust3R') {
      const other = trueShapes?.find(([height, width]) => height !== H || width !== W);
      if (other)
        throw new RangeError(
          `encode: PatchEmbedDust3R takes images as they are, here ${H}×${W}, got a true shape of ${other.join('×')}; transposed images need ManyAR_PatchEmbed`,
        );
      return { grids: patchGrids(stored, Array<TrueShape>(B).fill(stored), this.config.patchSize) };
    }
    if (H > W)
      throw new RangeError(
        `encode: ManyAR_PatchEmbed takes landscape tensors with portrait images transposed, got ${H}×${W}`,
      );
    const grids = patchGrids(stored, trueShapes ?? Array<TrueShape>(B).fill(stored), this.config.patchSize);
    return { grids, isPortrait: grids.map(isPortraitGrid) };
  }

  private ropeTable(grids: readonly Grid[], { dim, heads }: TransformerConfig): RopeTable {
    return rope2dTable(grids, dim / heads, this.config.ropeBase);
  }
}

type TokenPair = readonly [tf.Tensor3D, tf.Tensor3D];
type RunHead = (inputs: readonly tf.Tensor3D[], grid: Grid) => tf.Tensor4D;

/** Training's convention: portrait samples come out transposed, so that the batch is one landscape tensor (spec 1.7). */
function runAsLandscape(inputs: readonly tf.Tensor3D[], grids: readonly Grid[], run: RunHead): tf.Tensor4D {
  const { rows, columns } = grids[0] as Grid;
  const [short, long] = [Math.min(rows, columns), Math.max(rows, columns)];
  return mapByOrientation(inputs, grids.map(isPortraitGrid), {
    landscape: (xs) => run(xs, { rows: short, columns: long }),
    portrait: (xs) => swapSpatialAxes(run(xs, { rows: long, columns: short })),
  }) as tf.Tensor4D;
}

function isPortraitGrid({ rows, columns }: Grid): boolean {
  return rows > columns;
}

function expectOneGrid(grids: readonly Grid[]): Grid {
  const [first, ...others] = grids as [Grid, ...Grid[]];
  const odd = others.find(({ rows, columns }) => rows !== first.rows || columns !== first.columns);
  if (odd)
    throw new RangeError(
      `regress: expected one size in the batch, got grids of ${first.rows}×${first.columns} and ${odd.rows}×${odd.columns} patches; batch by size, or set landscapeOnly`,
    );
  return first;
}

function expectSameBatch({ tokens: x1 }: EncodedViews, { tokens: x2 }: EncodedViews): void {
  if (x1.shape[0] !== x2.shape[0])
    throw new RangeError(`decode: expected as many first as second views, got ${x1.shape[0]} and ${x2.shape[0]}`);
}
