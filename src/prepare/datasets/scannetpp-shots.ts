import { basename, join } from 'node:path';
import { type ColmapPose, type ColmapReconstruction, readColmap } from '#formats/colmap.ts';
import type { Matrix4 } from '#geometry/camera.ts';
import { centredLens, fisheyePinhole, type Lens, type SamplingMap, undistortionMap } from '#geometry/undistort.ts';
import { camToWorldOfColmap, type DistortedLens, lensOfColmap } from './colmap-lens.ts';

/** Where a scene's photographs of one camera are. */
interface Source {
  readonly pattern: RegExp;
  readonly images: string;
  readonly ending: string;
  /** Blurred faces and texts are not 255 there. */
  readonly masks: string;
  /** COLMAP's model. */
  readonly model: string;
}

const sources: readonly Source[] = [
  {
    pattern: /^DSC\d+$/i,
    images: 'dslr/resized_images',
    ending: '.JPG',
    masks: 'dslr/resized_anon_masks',
    model: 'dslr/colmap',
  },
  { pattern: /^frame_\d+$/, images: 'iphone/rgb', ending: '.jpg', masks: 'iphone/rgb_masks', model: 'iphone/colmap' },
];

/** A photograph, as it was taken. */
export interface Shot {
  readonly imagePath: string;
  readonly maskPath: string;
  readonly camToWorld: Matrix4;
  /** The same object for all photographs of a lens. */
  readonly lens: DistortedLens;
}

/** Finds a scene's photographs by their names without endings. */
export type FindShot = (name: string) => Promise<Shot>;

/** Each COLMAP model is read when the first of its photographs is asked for. */
export function openShots(scene: string): FindShot {
  const models = new Map<Source, Promise<ShotModel>>();
  return async (name) => {
    const source = sources.find(({ pattern }) => pattern.test(name));
    if (!source) throw new Error(`${name}: expected a photograph named DSC01234 or frame_001230`);
    const opened = models.get(source) ?? openModel(join(scene, source.model));
    models.set(source, opened);
    const { poses, lenses } = await opened;
    const pose = poses.get(name);
    const lens = pose && lenses.get(pose.cameraId);
    if (!lens) throw new Error(`${join(scene, source.model)}: expected a pose of ${name}, found none`);
    return {
      imagePath: join(scene, source.images, `${name}${source.ending}`),
      maskPath: join(scene, source.masks, `${name}.png`),
      camToWorld: camToWorldOfColmap(pose),
      lens,
    };
  };
}

interface ShotModel {
  /** By the photograph's name without folder and ending. */
  readonly poses: ReadonlyMap<string, ColmapPose>;
  readonly lenses: ReadonlyMap<number, DistortedLens>;
}

async function openModel(folder: string): Promise<ShotModel> {
  const { poses, lenses }: ColmapReconstruction = await readColmap(folder);
  return {
    poses: new Map(poses.map((pose) => [basename(pose.name).replace(/\.\w+$/, ''), pose])),
    lenses: new Map([...lenses].map(([id, lens]) => [id, lensOfColmap(lens, folder)])),
  };
}

/** The pinhole camera that takes a lens' place, and where its pixels come from. */
export interface Straightening {
  readonly pinhole: Lens;
  readonly map: SamplingMap;
}

/**
 * A fisheye lens (the DSLR's) keeps what is seen everywhere, any other all that it saw (spec 4.4: balance 0, alpha 1); the
 * principal point is the centre.
 * @throws RangeError if the distortion has no inverse
 */
export function straighten({ lens, distortion }: DistortedLens): Straightening {
  const centre = [(lens.width - 1) / 2, (lens.height - 1) / 2] as const;
  const pinhole =
    distortion.model === 'fisheye'
      ? { ...fisheyePinhole(lens, distortion, 0), principalPx: centre }
      : centredLens(lens, distortion, 1);
  return { pinhole, map: undistortionMap(lens, distortion, pinhole) };
}
