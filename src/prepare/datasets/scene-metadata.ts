import { encodeNpz } from '#formats/npy-write.ts';
import { type Camera, intrinsicsOf } from '#geometry/camera.ts';
import type { SelectedPairs } from './selected-pairs.ts';

/** A scene's images and pairs: what `scene_metadata.npz` holds, as plain lists. */
export interface SceneFacts {
  readonly images: readonly string[];
  /** [N, 3, 3] and [N, 4, 4], camera to world; float32 */
  readonly intrinsics: readonly number[];
  readonly trajectories: readonly number[];
  /** [P, columns]: two positions in `images`, then a score. */
  readonly pairs: readonly number[];
  readonly columns: number;
}

/** A selected image that was prepared. */
export interface PreparedImage {
  /** As it is listed. */
  readonly name: string;
  readonly camera: Camera;
}

/**
 * The scene's list, of what was prepared.
 * @param prepared for each selected image, undefined where it was left out: then so are its pairs
 * @throws Error if no pair is left
 */
export function sceneFacts(
  { pairs, columns }: SelectedPairs,
  prepared: readonly (PreparedImage | undefined)[],
): SceneFacts {
  const there = prepared.filter((each) => each !== undefined);
  const places = new Map(there.map((each, place) => [each, place] as const));
  const kept: number[] = [];
  for (let at = 0; at < pairs.length; at += columns) {
    const [first, second] = [prepared[pairs[at] as number], prepared[pairs[at + 1] as number]];
    if (!first || !second) continue;
    kept.push(places.get(first) as number, places.get(second) as number);
    for (let k = 2; k < columns; k++) kept.push(pairs[at + k] as number);
  }
  if (kept.length === 0)
    throw new Error(`no pair is left: ${there.length} of ${prepared.length} images could be prepared`);
  return {
    images: there.map(({ name }) => name),
    intrinsics: there.flatMap(({ camera }) => Array.from(intrinsicsOf(camera), Math.fround)),
    trajectories: there.flatMap(({ camera }) => Array.from(camera.camToWorld, Math.fround)),
    pairs: kept,
    columns,
  };
}

/** `scene_metadata.npz`, beside the scene's images. */
export function encodeSceneMetadata({ images, intrinsics, trajectories, pairs, columns }: SceneFacts): Uint8Array {
  return encodeNpz({
    images: { values: images, shape: [images.length] },
    intrinsics: { values: Float32Array.from(intrinsics), shape: [images.length, 3, 3] },
    trajectories: { values: Float32Array.from(trajectories), shape: [images.length, 4, 4] },
    pairs: { values: Float64Array.from(pairs), shape: [pairs.length / columns, columns] },
  });
}

/**
 * `all_metadata.npz`, which the loader reads: the scenes one after another. `counts` is the place of each scene's first
 * image; pairs keep as many columns as all scenes have.
 */
export function encodeAllMetadata(
  scenes: readonly { readonly name: string; readonly facts: SceneFacts }[],
): Uint8Array {
  const imageCount = scenes.reduce((sum, { facts }) => sum + facts.images.length, 0);
  const pairCount = scenes.reduce((sum, { facts }) => sum + facts.pairs.length / facts.columns, 0);
  const columns = Math.min(...scenes.map(({ facts }) => facts.columns));
  const images: string[] = [];
  const all = {
    counts: new Int32Array(scenes.length),
    sceneids: new Int32Array(imageCount),
    intrinsics: new Float32Array(9 * imageCount),
    trajectories: new Float32Array(16 * imageCount),
    pairs: new Float64Array(columns * pairCount),
  };
  let row = 0;
  for (const [number, { facts }] of scenes.entries()) {
    const first = images.length;
    all.counts[number] = first;
    for (const image of facts.images) images.push(image);
    all.sceneids.fill(number, first, images.length);
    all.intrinsics.set(facts.intrinsics, 9 * first);
    all.trajectories.set(facts.trajectories, 16 * first);
    for (let at = 0; at < facts.pairs.length; at += facts.columns, row++) {
      for (let k = 0; k < columns; k++)
        all.pairs[row * columns + k] = (facts.pairs[at + k] as number) + (k < 2 ? first : 0);
    }
  }
  return encodeNpz({
    counts: { values: all.counts, shape: [scenes.length] },
    scenes: { values: scenes.map(({ name }) => name), shape: [scenes.length] },
    sceneids: { values: all.sceneids, shape: [imageCount] },
    images: { values: images, shape: [imageCount] },
    intrinsics: { values: all.intrinsics, shape: [imageCount, 3, 3] },
    trajectories: { values: all.trajectories, shape: [imageCount, 4, 4] },
    pairs: { values: all.pairs, shape: [pairCount, columns] },
  });
}
