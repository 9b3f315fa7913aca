import { networkMapping } from '#export/network-mapping.ts';
import { makePairs, type Pair, withoutRedundantPairs } from '#infer/pairs.ts';
import type { FittedCamera } from './known-cameras.ts';
import type { Photograph } from './photographs.ts';
import type { ReconstructedView, Reconstruction } from './reconstruction.ts';

/** The photographs of a finished scene, as the network saw them. */
export function finishedPhotographs({ views }: Reconstruction): Photograph[] {
  return views.map(({ name, image, camera, originalCamera, photographPath }) => ({
    name,
    image,
    original: { width: originalCamera.width, height: originalCamera.height },
    mapping: networkMapping({ name, camera, originalCamera }),
    ...(photographPath === undefined ? {} : { path: photographPath }),
  }));
}

/** Its cameras, all of which is known, at the network's size. */
export function finishedCameras({ views }: Reconstruction): FittedCamera[] {
  return views.map(({ camera }: ReconstructedView) => {
    const { camToWorld, focalPx, principalPx } = camera;
    return { camToWorld, focalPx, principalPx };
  });
}

/** What has to be run and aligned to add photographs to a scene. */
export interface Addition {
  /** Indices of the finished photographs that a new one is paired with, and of all new ones, sorted. */
  readonly members: readonly number[];
  /** How many of them are finished. */
  readonly finished: number;
  /** The graph's pairs that have a new photograph, by place in `members`. */
  readonly pairs: readonly Pair[];
}

/**
 * @param count of the photographs, the finished ones first
 * @param graph of `makePairs`, over all of them, or a list of pairs
 */
export function planAddition(
  count: number,
  finished: number,
  { sceneGraph = 'complete', prefilter }: { sceneGraph?: string | readonly Pair[]; prefilter?: string | undefined },
): Addition {
  const graph = typeof sceneGraph === 'string' ? makePairs(count, sceneGraph, { prefilter }) : sceneGraph;
  const pairs = withoutRedundantPairs(graph).filter((pair) => Math.max(...pair) >= finished);
  const paired = new Set(pairs.flat());
  const members = Array.from({ length: count }, (_, i) => i).filter((i) => i >= finished || paired.has(i));
  const placeOf = new Map(members.map((member, place) => [member, place]));
  return {
    members,
    finished: members.filter((i) => i < finished).length,
    pairs: pairs.map(([a, b]): Pair => [placeOf.get(a) as number, placeOf.get(b) as number]),
  };
}

/** A finished scene with what was solved of an addition, whose new views come last. */
export function joinAddition(
  scene: Reconstruction,
  added: Reconstruction,
  { members, finished }: Addition,
): Reconstruction {
  const pairs = (added.pairs ?? []).map((pair) => ({
    ...pair,
    first: members[pair.first] as number,
    second: members[pair.second] as number,
  }));
  return {
    ...added,
    views: [...scene.views, ...added.views.slice(finished)],
    reference: scene.reference,
    pairs: [...(scene.pairs ?? []), ...pairs],
  };
}
