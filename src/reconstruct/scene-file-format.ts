import type { PairResidual } from './reconstruction.ts';

/** The first lines of every scene.json. Another layout gets another version. */
export const sceneFormat = 'dust3r-scene';
export const sceneVersion = 1;

/** The name under which a scene lies in its folder. */
export const sceneFileName = 'scene.json';

export const sceneConvention = {
  axes: 'OpenCV: x right, y down, z forward (the camera looks along +z)',
  camToWorld: '4x4 rigid transform, row by row: world = camToWorld * camera; its last column is the camera centre',
  pixels: 'the centre of the top-left pixel is (0, 0)',
  original: 'camera in pixels of the photograph, upright (EXIF orientation applied)',
  network: 'the same camera in pixels of the maps: the image that the network saw',
  maps: 'safetensors; for view i: i.depth [H, W] is z in the camera frame, i.confidence [H, W], i.image [H, W, 3] sRGB',
  photograph: 'path of the photograph, relative to this file',
  reference:
    'the view where the alignment began; after it, its camera stands near the origin and need not be the identity',
  units: 'those of the depths; DUSt3R recovers the scene up to scale',
};

/** scene.json as it is written. */
export interface SceneJson {
  readonly format: typeof sceneFormat;
  readonly version: typeof sceneVersion;
  readonly convention: typeof sceneConvention;
  readonly maps: MapsJson;
  readonly reference: number;
  readonly poseFound: boolean;
  readonly minConfidence: number;
  readonly loss?: number;
  readonly views: readonly ViewJson[];
  readonly pairs?: readonly PairResidual[];
  /** What made the scene, for people. */
  readonly settings?: SceneSettings;
}

interface MapsJson {
  readonly file: string;
  /** The maps carry it too: it tells that both files are of one scene. */
  readonly id: string;
}

interface ViewJson {
  readonly name: string;
  readonly photograph?: string;
  readonly original: LensJson;
  readonly network: LensJson;
  readonly camToWorld: readonly (readonly number[])[];
}

interface LensJson {
  readonly width: number;
  readonly height: number;
  readonly focalPx: readonly [number, number];
  readonly principalPx: readonly [number, number];
}

export type SceneSettings = Readonly<Record<string, string | number | boolean>>;

/** What exportScene can write. */
export const exportFormats = ['colmap', 'colmap-text', 'nerfstudio', 'tum', 'ply', 'glb', 'glb-mesh', 'depth'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** The file or folder that each format is written into. */
export const exportTargets: Readonly<Record<ExportFormat, string>> = {
  ...{ colmap: 'colmap', 'colmap-text': 'colmap-text', nerfstudio: 'nerfstudio', tum: 'trajectory.txt' },
  ...{ ply: 'scene.ply', glb: 'scene.glb', 'glb-mesh': 'mesh.glb', depth: 'depth' },
};
