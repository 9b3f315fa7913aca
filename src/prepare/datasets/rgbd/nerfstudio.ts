import { join, resolve } from 'node:path';
import { readJson } from '#data/published/stored-numbers.ts';
import { readPose } from '#data/rgbd-layouts/pose.ts';
import { nerfstudioPhotograph } from '#formats/nerfstudio.ts';
import { frameName, frameOrProblem, type RgbdSource, type SourceFrame, sourceSequence } from './source.ts';

/** What nerfstudio multiplies stored depth of any type by, unless told otherwise. */
const depthUnit = 0.001;

/** nerfstudio's `transforms.json` with a `depth_file_path` for each frame: PNG, EXR or npy. */
export const nerfstudioSource: RgbdSource = {
  name: 'nerfstudio',
  describe: 'transforms.json with depth_file_path',
  matches: (entries) => entries.includes('transforms.json'),
  read: async (folder, _, { depthScale = depthUnit }) => {
    const path = join(folder, 'transforms.json');
    const content = Object(await readJson(path)) as Record<string, unknown>;
    if (!Array.isArray(content['frames']) || content['frames'].length === 0)
      throw new Error(`${path}: expected a list of "frames", as nerfstudio writes it`);
    const places = content['frames'].map((_frame, place) => place);
    const frames = places.map((place) =>
      frameOrProblem(`${path}: frame ${place}`, () => readFrame({ folder, path, content }, place)),
    );
    return sourceSequence(await Promise.all(frames), { scale: depthScale, none: [] });
  },
};

interface Transforms {
  readonly folder: string;
  readonly path: string;
  readonly content: Readonly<Record<string, unknown>>;
}

function readFrame({ folder, path, content }: Transforms, place: number): SourceFrame {
  const { filePath, depthFilePath, camToWorld, lens } = nerfstudioPhotograph(content, place, path);
  const where = `${path}: frame ${place} (${filePath})`;
  if (depthFilePath === undefined) throw new Error(`${where}: no depth_file_path`);
  if (!lens) throw new Error(`${where}: expected its focal length under "fl_x", with w, h, cx and cy`);
  const pose = readPose([...camToWorld]);
  if ('problem' in pose) throw new Error(`${where}: ${pose.problem}`);
  const { width, height, focalPx, principalPx } = lens;
  return {
    name: frameName(filePath),
    imagePath: resolve(folder, filePath),
    depthPath: resolve(folder, depthFilePath),
    intrinsics: { focalPx, principalPx, size: { width, height } },
    camToWorld: pose.camToWorld,
  };
}
