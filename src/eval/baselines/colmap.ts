import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EstimateOptions, EvalMethod, EvalView, PairEstimate, SceneEstimate } from '#eval/method.ts';
import { composeTransforms, invertRigid } from '#geometry/rigid.ts';
import { type ColmapSettings, type PlacedViews, reconstructWithColmap } from './colmap-project.ts';
import { runColmap } from './run-colmap.ts';

export interface ColmapOptions {
  /** The program (default `colmap`). */
  readonly program?: string;
  /** Tells COLMAP the true intrinsics, which other methods do not get: two photographs hardly tell a focal length. */
  readonly knownIntrinsics?: boolean;
  /** For a pair or a scene, all steps together (default 600). What takes longer counts as failed. */
  readonly limitSeconds?: number;
  /** Of each step; default: one for each core. */
  readonly threads?: number;
}

/**
 * COLMAP on the CPU as a method: SIFT, exhaustive matching, incremental mapping, in a temporary folder for each pair or
 * scene. Told nothing but the photographs; those of one size are taken to share one camera without distortion
 * (SIMPLE_PINHOLE), whose focal length is refined from COLMAP's guess of 1.2 times the longer side. It gives poses and
 * focal lengths; its few points make no depth maps. What it cannot put together is a failure, not left out.
 *
 * @throws Error, one line with the way out, where COLMAP is not installed
 */
export async function openColmap(options: ColmapOptions = {}): Promise<EvalMethod> {
  const { program = 'colmap', knownIntrinsics = false, limitSeconds = 600, threads = -1 } = options;
  const version = await colmapVersion(program);
  const estimate = limited({ program, knownIntrinsics, threads }, limitSeconds);
  return {
    name: knownIntrinsics ? 'colmap-known-k' : 'colmap',
    settings: { version, knownIntrinsics, limitSeconds },
    estimatePair: async ({ views }, own) => pairEstimate(await estimate(views, own)),
    estimateScene: async ({ views }, own) => sceneEstimate(await estimate(views, own), views.length),
    dispose: () => undefined,
  };
}

async function colmapVersion(program: string): Promise<string> {
  const { output } = await runColmap(program, ['help']);
  const version = /COLMAP (\d+(\.\d+)*)/.exec(output)?.[1];
  if (version) return version;
  throw new Error(`${program}: expected COLMAP, which tells its version when asked for help; this program does not`);
}

type Estimate = (views: readonly EvalView[], options?: EstimateOptions) => Promise<PlacedViews>;

/** Nothing is placed where the time runs out; the folder is removed in any case. */
function limited(settings: ColmapSettings, limitSeconds: number): Estimate {
  return async (views, { signal } = {}) => {
    const limit = AbortSignal.timeout(1000 * limitSeconds);
    const folder = await mkdtemp(join(tmpdir(), 'dust3r-colmap-'));
    try {
      return await reconstructWithColmap(folder, views, settings, AbortSignal.any(signal ? [signal, limit] : [limit]));
    } catch (error) {
      signal?.throwIfAborted();
      if (limit.aborted) return new Map();
      throw error;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

function pairEstimate(placed: PlacedViews): PairEstimate {
  const [first, second] = [placed.get(0), placed.get(1)];
  if (!first?.camToWorld || !second?.camToWorld) return {};
  return {
    view2ToView1: composeTransforms(invertRigid(first.camToWorld), second.camToWorld),
    ...(first.intrinsics && second.intrinsics
      ? { focalsPx: [first.intrinsics.focalPx[0], second.intrinsics.focalPx[0]] }
      : {}),
  };
}

function sceneEstimate(placed: PlacedViews, viewCount: number): SceneEstimate {
  const views = Array.from({ length: viewCount }, (_, v) => placed.get(v));
  return {
    camToWorld: views.map((view) => view?.camToWorld),
    focalsPx: views.map((view) => view?.intrinsics?.focalPx[0]),
  };
}
