import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ColmapLens, type ColmapPose, readColmap } from '#formats/colmap.ts';
import type { Matrix4 } from '#geometry/camera.ts';
import { rigidTransform, rotationOf, translationOf } from '#geometry/rigid.ts';
import { camToWorldOfColmap, lensOfColmap } from '#prepare/datasets/colmap-lens.ts';
import { frameName, frameOrProblem, type RgbdSource, sourceSequence } from './source.ts';

/** Of the maps that agree with those of other images; photometric ones are noisier. */
const depthEnding = '.geometric.bin';

/**
 * COLMAP's dense workspace, after `image_undistorter` and `patch_match_stereo`: a model without distortion in `sparse/`,
 * `images/`, and `stereo/depth_maps/IMG_1.jpg.geometric.bin`. One unit of the model is taken for a metre; another
 * `depthScale` scales depth and positions.
 */
export const colmapSource: RgbdSource = {
  name: 'colmap',
  describe: 'sparse/, images/ and stereo/depth_maps/',
  matches: (entries) => entries.includes('sparse') && ['images', 'stereo'].some((folder) => entries.includes(folder)),
  read: async (folder, _, { depthScale = 1 }) => {
    const model = await modelFolder(folder);
    const { lenses, poses } = await readColmap(model);
    const cameras = new Map([...lenses].map(([id, lens]) => [id, straightLens(lens, model)]));
    const depths = join(folder, 'stereo/depth_maps');
    await expectDepthMaps(depths);
    const frames = poses.map((pose) =>
      frameOrProblem(join(folder, 'images', pose.name), () => ({
        name: frameName(pose.name),
        imagePath: join(folder, 'images', pose.name),
        depthPath: join(depths, `${pose.name}${depthEnding}`),
        intrinsics: cameras.get(pose.cameraId) as ReturnType<typeof straightLens>,
        camToWorld: scaledPose(pose, depthScale),
      })),
    );
    return sourceSequence(await Promise.all(frames), { scale: depthScale, none: [] });
  },
};

/** Reconstructions of several parts have theirs in numbered folders; the first is the largest. */
async function modelFolder(folder: string): Promise<string> {
  const sparse = join(folder, 'sparse');
  const isNumbered = (await readdir(sparse)).includes('0');
  return isNumbered ? join(sparse, '0') : sparse;
}

/** The undistorter makes the folder, without any. */
async function expectDepthMaps(folder: string): Promise<void> {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  if (files.some((file) => file.endsWith(depthEnding))) return;
  throw new Error(`${folder}: expected depth maps (*${depthEnding}), found none; run colmap patch_match_stereo`);
}

function straightLens(lens: ColmapLens, model: string) {
  if (lens.model !== 'PINHOLE' && lens.model !== 'SIMPLE_PINHOLE')
    throw new Error(
      `${model}: camera ${lens.id} is a ${lens.model}, a lens with distortion; run colmap image_undistorter and give its output`,
    );
  const { width, height, focalPx, principalPx } = lensOfColmap(lens, model).lens;
  return { focalPx, principalPx, size: { width, height } };
}

function scaledPose(pose: ColmapPose, scale: number): Matrix4 {
  const camToWorld = camToWorldOfColmap(pose);
  const position = translationOf(camToWorld).map((value) => value * scale);
  return rigidTransform(rotationOf(camToWorld), position);
}
