import { dirname, join } from 'node:path';
import { encodeCamerasJson } from '#export/cameras-json.ts';
import { colorizeConfidence, colorizeDepth } from '#export/colormap.ts';
import { encodeGlb } from '#export/glb.ts';
import { plyChunks } from '#export/ply.ts';
import { encodeDepthPng, encodeRgbPng } from '#export/png.ts';
import { mergePointClouds, type PointCloud, selectPoints } from '#export/point-cloud.ts';
import { type FileContent, writeFileAtomically } from '#files/atomic-file.ts';
import { makeFolder } from '#files/folder.ts';
import { npyChunks } from '#formats/npy-write.ts';
import { encodeJpeg } from '#image/jpeg.ts';
import { renderViewerFiles, renderViewerPage } from '#viewer/write-page.ts';
import type { ReconstructedView, Reconstruction } from './reconstruction.ts';
import { type WriteSceneOptions, writeScene } from './scene-file.ts';

/** What a scene's folder may hold; scene-file-export.ts writes a scene for other programs. */
export const folderFormats = ['cameras', 'ply', 'glb', 'maps', 'viewer', 'scene'] as const;
export type FolderFormat = (typeof folderFormats)[number];

export interface WriteReconstructionOptions extends Pick<WriteSceneOptions, 'photographs' | 'settings'> {
  readonly title?: string;
  /** Shown in the viewer, for instance that the weights are random. */
  readonly note?: string;
  /**
   * Points at least this confident go into scene.glb and scene.ply (default: the scene's own threshold, which decided
   * the pose); the maps and the viewer have all.
   */
  readonly minConfidence?: number;
  /** What to write (default: all). */
  readonly formats?: readonly FolderFormat[];
  readonly onFile?: (path: string) => void;
  /** Stops between two files. */
  readonly signal?: AbortSignal;
}

/**
 * Writes a scene into a folder, which is made where it is missing: `scene.glb`, `scene.ply`, `cameras.json`, the viewer
 * `index.html`, for each view its depth and confidence as data (`.npy`, 16-bit `.png`) and as pictures, and what
 * readScene() gives back, `scene.json` and `scene.safetensors`. One file's contents are in memory at a time.
 * @returns the paths, in the order of writing
 * @throws Error naming the file that could not be written
 */
export async function writeReconstruction(
  folder: string,
  scene: Reconstruction,
  options: WriteReconstructionOptions = {},
): Promise<string[]> {
  const written: string[] = [];
  await makeFolder(folder);
  for (const format of folderFormats) {
    if (!(options.formats ?? folderFormats).includes(format)) continue;
    for await (const path of writeFormat(folder, format, { scene, options })) {
      written.push(path);
      options.onFile?.(path);
    }
  }
  return written;
}

interface WriteTask {
  readonly scene: Reconstruction;
  readonly options: WriteReconstructionOptions;
}

async function* writeFormat(
  folder: string,
  format: FolderFormat,
  { scene, options }: WriteTask,
): AsyncGenerator<string> {
  if (format === 'scene') {
    options.signal?.throwIfAborted();
    yield* await writeScene(folder, scene, options);
    return;
  }
  for await (const [name, content] of filesOf(format, scene, options)) {
    options.signal?.throwIfAborted();
    const path = join(folder, name);
    await makeFolder(dirname(path));
    await writeFileAtomically(path, content);
    yield path;
  }
}

type NamedFile = readonly [name: string, content: FileContent];

async function* filesOf(
  format: Exclude<FolderFormat, 'scene'>,
  scene: Reconstruction,
  options: WriteReconstructionOptions,
): AsyncGenerator<NamedFile> {
  const minConfidence = options.minConfidence ?? scene.minConfidence;
  switch (format) {
    case 'cameras':
      return yield ['cameras.json', camerasJson(scene)];
    case 'ply':
      return yield ['scene.ply', plyChunks(pointCloud(scene, minConfidence))];
    case 'glb':
      return yield ['scene.glb', await encodeGlb(pointCloud(scene, minConfidence), await withPictures(scene.views))];
    case 'maps':
      for (const [i, view] of scene.views.entries()) yield* viewFiles(`view-${i}`, view);
      return;
    case 'viewer':
      yield* viewerFiles(scene, options);
  }
}

function pointCloud({ views }: Reconstruction, minConfidence: number): PointCloud {
  return mergePointClouds(
    views.map(({ points, image, confidence }) => selectPoints(points, image.data, confidence, minConfidence)),
  );
}

function withPictures(views: readonly ReconstructedView[]) {
  const picture = async (view: ReconstructedView) => ({
    mime: 'image/jpeg' as const,
    bytes: await encodeJpeg(view.image),
  });
  return Promise.all(views.map(async (view) => ({ ...view, photograph: await picture(view) })));
}

function camerasJson({ views, poseFound, reference, minConfidence }: Reconstruction): string {
  const cameras = views.map(({ name, originalCamera, camera }) => ({
    name,
    camera: originalCamera,
    mapCamera: camera,
  }));
  return encodeCamerasJson(cameras, { poseFound, reference, minConfidence });
}

async function* viewFiles(
  folder: string,
  { image, camera, depth, confidence }: ReconstructedView,
): AsyncGenerator<NamedFile> {
  const { width, height } = camera;
  const shape = [height, width];
  const depthMap = { width, height, values: depth };
  const confidenceMap = { width, height, values: confidence };
  const longSide = Math.max(width, height);
  yield [`${folder}/image.jpg`, await encodeJpeg(image, { longSide, quality: 92 })];
  yield [`${folder}/depth.npy`, npyChunks({ values: depth, shape })];
  yield [`${folder}/depth.png`, encodeDepthPng(depthMap).png];
  yield [`${folder}/depth-colored.png`, encodeRgbPng(colorizeDepth(depthMap))];
  yield [`${folder}/confidence.npy`, npyChunks({ values: confidence, shape })];
  yield [`${folder}/confidence.png`, encodeDepthPng(confidenceMap).png];
  yield [`${folder}/confidence-colored.png`, encodeRgbPng(colorizeConfidence(confidenceMap))];
}

/** From here on the viewer's data lies beside its page, and `dust3r view` has to serve it. */
const mostPagePixels = 80e6;

const noPose = 'No relative pose was found: all cameras stand at the origin.';

async function* viewerFiles(
  { views, poseFound, minConfidence }: Reconstruction,
  { title, note }: WriteReconstructionOptions,
): AsyncGenerator<NamedFile> {
  const shown = { title: title ?? countedViews(views.length), views, minConfidence };
  const notes = [note, poseFound ? undefined : noPose].filter((line) => line !== undefined).join(' ');
  const scene = notes ? { ...shown, note: notes } : shown;
  const pixels = views.reduce((sum, { camera }) => sum + camera.width * camera.height, 0);
  if (pixels > mostPagePixels) yield* await renderViewerFiles(scene);
  else yield ['index.html', await renderViewerPage(scene)];
}

const countedViews = (count: number) => (count === 1 ? '1 view' : `${count} views`);
