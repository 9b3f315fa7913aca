import { readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { readJson } from '#data/published/stored-numbers.ts';
import type { Intrinsics } from '#data/rgbd-layouts/rgbd-sequence.ts';
import { expectSide } from '#formats/json-numbers.ts';
import { fromOpenGl } from '#formats/nerfstudio.ts';
import type { Matrix4 } from '#geometry/camera.ts';
import { quaternionToRotation } from '#geometry/quaternion.ts';
import { rigidTransform } from '#geometry/rigid.ts';
import { frameName, frameOrProblem, type RgbdSource, sourceSequence } from './source.ts';

/** Record3D's recordings themselves: a zip of JPEGs and depth that only Apple's LZFSE unpacks. */
export const recordingEnding = '.r3d';

export const recordingProblem =
  'the depth of a .r3d file is compressed with LZFSE, which is not read; export it in Record3D as "EXR + RGB sequence" and give that folder';

/**
 * Record3D's export "EXR + RGB": `rgb/0.jpg`, `depth/0.exr` (metres, smaller than the image) and `metadata.json` with
 * poses (qx qy qz qw tx ty tz, camera-to-world, OpenGL axes) and intrinsics of each frame, or of all.
 */
export const record3dSource: RgbdSource = {
  name: 'record3d',
  describe: 'rgb/, depth/ with EXR files, and metadata.json',
  matches: (entries) => entries.includes('metadata.json') && entries.includes('rgb'),
  read: async (folder, _, { depthScale = 1 }) => {
    const metadata = await readMetadata(join(folder, 'metadata.json'));
    const files = (await readdir(join(folder, 'rgb'))).filter((file) => /^\d+\.(jpe?g|png)$/i.test(file)).sort();
    const frames = files.map((file) => {
      const imagePath = join(folder, 'rgb', file);
      const { name: number } = parse(file);
      return frameOrProblem(imagePath, () => ({
        ...{ name: frameName(file), imagePath, depthPath: join(folder, 'depth', `${number}.exr`) },
        ...metadata.camera(Number(number)),
      }));
    });
    return sourceSequence(await Promise.all(frames), { scale: depthScale, none: [] });
  },
};

interface Metadata {
  /** @throws Error naming the file and the frame */
  camera(frame: number): { readonly camToWorld: Matrix4; readonly intrinsics: Intrinsics };
}

async function readMetadata(path: string): Promise<Metadata> {
  const content = Object(await readJson(path)) as Record<string, unknown>;
  const { w, h, K, poses, perFrameIntrinsicCoeffs: lenses } = content;
  const size = { width: expectSide(w, `${path}, w`), height: expectSide(h, `${path}, h`) };
  // K lies column by column.
  const [fx, , , , fy, , cx, cy] = numbers(K, 9) ?? [];
  const shared = [fx, fy, cx, cy];
  return {
    camera: (frame) => {
      const pose = numbers(Array.isArray(poses) ? poses[frame] : undefined, 7);
      if (!pose) throw new Error(`${path}: frame ${frame}: expected a pose of 7 numbers under "poses"`);
      const lens = numbers(Array.isArray(lenses) ? lenses[frame] : undefined, 4) ?? shared;
      const [focalX = 0, focalY = 0, x = Number.NaN, y = Number.NaN] = lens;
      if (!(focalX > 0 && focalY > 0 && Number.isFinite(x + y)))
        throw new Error(`${path}: frame ${frame}: expected intrinsics under "perFrameIntrinsicCoeffs" or "K"`);
      return { camToWorld: toPose(pose), intrinsics: { focalPx: [focalX, focalY], principalPx: [x, y], size } };
    },
  };
}

function numbers(value: unknown, count: number): number[] | undefined {
  const isList = Array.isArray(value) && value.length === count && value.every(Number.isFinite);
  return isList ? (value as number[]) : undefined;
}

/** @throws RangeError if the quaternion has no length */
function toPose(numbers: readonly number[]): Matrix4 {
  const [qx, qy, qz, qw, ...position] = numbers as [number, number, number, number, ...number[]];
  return fromOpenGl(rigidTransform(quaternionToRotation([qx, qy, qz, qw]), position));
}
