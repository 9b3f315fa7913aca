import { join } from 'node:path';
import { encodeCamerasJson } from '#export/cameras-json.ts';
import { colorizeConfidence, colorizeDepth } from '#export/colormap.ts';
import { encodeGlb } from '#export/glb.ts';
import { npyChunks } from '#export/npy.ts';
import { plyChunks } from '#export/ply.ts';
import { encodeDepthPng, encodeRgbPng } from '#export/png.ts';
import { mergePointClouds, type PointCloud, selectPoints } from '#export/point-cloud.ts';
import { type FileContent, writeFileAtomically } from '#files/atomic-file.ts';
import { makeFolder } from '#files/folder.ts';
import { encodeJpeg } from '#image/jpeg.ts';
import { renderViewerPage } from '#viewer/write-page.ts';
import type { ReconstructedView, Reconstruction } from './reconstruction.ts';

export interface WriteReconstructionOptions {
  readonly title?: string;
  /** Shown in the viewer, for instance that the weights are random. */
  readonly note?: string;
  /**
   * Points at least this confident go into scene.glb and scene.ply (default: the scene's own threshold, which decided
   * the pose); the maps and the viewer have all.
   */
  readonly minConfidence?: number;
  readonly onFile?: (path: string) => void;
}

/**
 * Writes a scene into a folder, which is made where it is missing: `scene.glb`, `scene.ply`, `cameras.json`, the viewer
 * `index.html`, and for each view its depth and confidence as data (`.npy`, 16-bit `.png`) and as pictures.
 * @returns the paths, in the order of writing
 * @throws Error naming the file that could not be written
 */
export async function writeReconstruction(
  folder: string,
  scene: Reconstruction,
  options: WriteReconstructionOptions = {},
): Promise<string[]> {
  const written: string[] = [];
  const write = async (name: string, content: FileContent) => {
    const path = join(folder, name);
    await writeFileAtomically(path, content);
    written.push(path);
    options.onFile?.(path);
  };
  await makeFolder(folder);
  await write('cameras.json', camerasJson(scene));
  const cloud = mergePointClouds(
    scene.views.map((view) => confidentPoints(view, options.minConfidence ?? scene.minConfidence)),
  );
  await write('scene.ply', plyChunks(cloud));
  await write('scene.glb', await encodeGlb(cloud, scene.views));
  for (const [i, view] of scene.views.entries()) {
    const path = `view-${i}`;
    await makeFolder(join(folder, path));
    for (const [name, content] of await viewFiles(view)) await write(join(path, name), content);
  }
  await write('index.html', await viewerPage(scene, options));
  return written;
}

function camerasJson({ views, poseFound, reference, minConfidence }: Reconstruction): string {
  const cameras = views.map(({ name, originalCamera, camera }) => ({
    name,
    camera: originalCamera,
    mapCamera: camera,
  }));
  return encodeCamerasJson(cameras, { poseFound, reference, minConfidence });
}

function confidentPoints({ points, image, confidence }: ReconstructedView, minConfidence: number): PointCloud {
  return selectPoints(points, image.data, confidence, minConfidence);
}

async function viewFiles({ image, camera, depth, confidence }: ReconstructedView): Promise<[string, FileContent][]> {
  const { width, height } = camera;
  const shape = [height, width];
  const depthMap = { width, height, values: depth };
  const confidenceMap = { width, height, values: confidence };
  return [
    ['image.jpg', await encodeJpeg(image, { longSide: Math.max(width, height), quality: 92 })],
    ['depth.npy', npyChunks({ values: depth, shape })],
    ['depth.png', encodeDepthPng(depthMap).png],
    ['depth-colored.png', encodeRgbPng(colorizeDepth(depthMap))],
    ['confidence.npy', npyChunks({ values: confidence, shape })],
    ['confidence.png', encodeDepthPng(confidenceMap).png],
    ['confidence-colored.png', encodeRgbPng(colorizeConfidence(confidenceMap))],
  ];
}

const noPose = 'No relative pose was found: all cameras stand at the origin.';

async function viewerPage(
  { views, poseFound }: Reconstruction,
  { title, note }: WriteReconstructionOptions,
): Promise<string> {
  const shown = views.map(async ({ name, camera, points, image, confidence }) => ({
    name,
    width: camera.width,
    height: camera.height,
    positions: points,
    colors: image.data,
    confidence,
    camera,
    thumbnail: { mime: 'image/jpeg' as const, bytes: await encodeJpeg(image) },
  }));
  const scene = { title: title ?? `${views.length} views`, views: await Promise.all(shown) };
  const notes = [note, poseFound ? undefined : noPose].filter((line) => line !== undefined).join(' ');
  return renderViewerPage(notes ? { ...scene, note: notes } : scene);
}
