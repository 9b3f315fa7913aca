import { join } from 'node:path';
import { usableThreshold } from '#align/threshold.ts';
import { colmapBinaryFiles } from '#export/colmap-binary.ts';
import { colmapModel } from '#export/colmap-model.ts';
import { colmapTextFiles } from '#export/colmap-text.ts';
import { encodeGlb } from '#export/glb.ts';
import { encodeMeshGlb } from '#export/glb-mesh.ts';
import { plyChunks } from '#export/ply.ts';
import { mergePointClouds, type PointCloud, selectPoints } from '#export/point-cloud.ts';
import { thinPoints } from '#export/thin-points.ts';
import { encodeTumTrajectory } from '#export/tum-trajectory.ts';
import { writeFileAtomically } from '#files/atomic-file.ts';
import { makeFolder } from '#files/folder.ts';
import { encodeJpeg } from '#image/jpeg.ts';
import type { ReconstructedView, Reconstruction } from './reconstruction.ts';
import { depthFiles } from './scene-file-depth.ts';
import type { ExportFormat } from './scene-file-format.ts';
import { nerfstudioFiles } from './scene-file-nerfstudio.ts';
import { type NamedFile, type PlannedPhotographs, planPhotographs } from './scene-file-photographs.ts';

export interface ExportSceneOptions {
  readonly formats: readonly ExportFormat[];
  /**
   * Points and triangles are made of pixels at least this confident (default: the scene's own threshold); where there are
   * none, the automatic threshold takes its place.
   */
  readonly minConfidence?: number;
  /**
   * At most so many points (default: 100 000 for COLMAP and nerfstudio, all elsewhere), or vertices of all meshes, which
   * then take every n-th pixel.
   */
  readonly maxPoints?: number;
  /** Where each view's photograph lies: COLMAP's and nerfstudio's folders get upright copies. */
  readonly photographs?: readonly string[];
  /** Gives nerfstudio depth maps too, as 16-bit PNG of the photographs' sizes. */
  readonly withDepth?: boolean;
  readonly onProgress?: (progress: {
    readonly format: ExportFormat;
    readonly done: number;
    readonly total: number;
  }) => void;
  readonly signal?: AbortSignal;
}

/**
 * Writes a scene into a folder, which is made where it is missing, in other programs' formats:
 * `colmap` and `colmap-text` into folders of these names (`images/`, `sparse/0/`), `nerfstudio` too (`transforms.json`,
 * `images/`, `sparse_pc.ply`), `tum` as `trajectory.txt`, `ply` and `glb` as `scene.ply` and `scene.glb`, `glb-mesh` as
 * `mesh.glb`, `depth` into `depth/` (`.npy` and 16-bit `.png`, at the network's and the photographs' sizes; `depth.json`
 * names them and the scale). Files that are there are replaced.
 * @returns the paths, in the order of writing
 * @throws Error naming a file that could not be written, or a photograph that is missing or of another size
 */
export async function exportScene(
  folder: string,
  scene: Reconstruction,
  options: ExportSceneOptions,
): Promise<string[]> {
  const photographs = await planPhotographs(scene.views, options.photographs);
  const minConfidence = exportThreshold(scene, options);
  const written: string[] = [];
  const formats = [...new Set(options.formats)];
  for (const [done, format] of formats.entries()) {
    options.onProgress?.({ format, done, total: formats.length });
    for await (const [name, content] of filesOf(format, { scene, photographs, options, minConfidence })) {
      options.signal?.throwIfAborted();
      const path = join(folder, name);
      await makeFolder(join(path, '..'));
      await writeFileAtomically(path, content);
      written.push(path);
    }
  }
  return written;
}

interface ExportTask {
  readonly scene: Reconstruction;
  readonly photographs: PlannedPhotographs;
  readonly options: ExportSceneOptions;
  readonly minConfidence: number;
}

async function* filesOf(format: ExportFormat, task: ExportTask): AsyncGenerator<NamedFile> {
  const { views } = task.scene;
  switch (format) {
    case 'colmap':
    case 'colmap-text':
      yield* colmapFiles(format, task);
      break;
    case 'nerfstudio':
      yield* nerfstudioFiles(views, task.photographs, {
        cloud: confidentCloud(task, starterPoints),
        withDepth: task.options.withDepth ?? false,
      });
      break;
    case 'tum':
      yield ['trajectory.txt', encodeTumTrajectory(views)];
      break;
    case 'ply':
      yield ['scene.ply', plyChunks(confidentCloud(task))];
      break;
    case 'glb':
      yield ['scene.glb', await encodeGlb(confidentCloud(task), await withPictures(views))];
      break;
    case 'glb-mesh':
      yield ['mesh.glb', await meshGlb(task)];
      break;
    case 'depth':
      yield* depthFiles(views);
      break;
  }
}

/** What splats start from; more makes their programs slow. */
const starterPoints = 100_000;

async function* colmapFiles(format: 'colmap' | 'colmap-text', task: ExportTask): AsyncGenerator<NamedFile> {
  const { scene, photographs } = task;
  for await (const [name, content] of photographs.files()) yield [`${format}/images/${name}`, content];
  const named = scene.views.map((view, i) => ({ ...view, name: photographs.names[i] as string }));
  const model = colmapModel(named, confidentCloud(task, starterPoints), { minConfidence: task.minConfidence });
  const files = format === 'colmap' ? colmapBinaryFiles(model) : colmapTextFiles(model);
  for (const [name, content] of files) yield [`${format}/sparse/0/${name}`, content];
}

/** The threshold that exportScene() shows a scene with. */
export function exportThreshold(
  { views, minConfidence }: Reconstruction,
  options: Pick<ExportSceneOptions, 'minConfidence'>,
): number {
  return usableThreshold(views, options.minConfidence ?? minConfidence);
}

function confidentCloud(task: ExportTask, defaultMaxPoints = Infinity): PointCloud {
  const clouds = task.scene.views.map(({ points, image, confidence }) =>
    selectPoints(points, image.data, confidence, task.minConfidence),
  );
  return thinPoints(mergePointClouds(clouds), task.options.maxPoints ?? defaultMaxPoints);
}

function withPictures(views: readonly ReconstructedView[]) {
  return Promise.all(
    views.map(async (view) => {
      const longSide = Math.max(view.image.width, view.image.height);
      return {
        ...view,
        photograph: { mime: 'image/jpeg', bytes: await encodeJpeg(view.image, { longSide, quality: 92 }) } as const,
      };
    }),
  );
}

async function meshGlb(task: ExportTask): Promise<Uint8Array> {
  const views = await withPictures(task.scene.views);
  const step = meshStep(views, task.options.maxPoints ?? Infinity);
  return encodeMeshGlb(views, { minConfidence: task.minConfidence, step });
}

/** The finest grid whose pixels are at most `maxPoints`. */
function meshStep(views: readonly ReconstructedView[], maxPoints: number): number {
  const pixels = (step: number) =>
    views.reduce((sum, { camera }) => sum + Math.ceil(camera.width / step) * Math.ceil(camera.height / step), 0);
  const coarsest = Math.max(...views.flatMap(({ camera }) => [camera.width, camera.height]));
  let step = 1;
  while (step < coarsest && pixels(step) > maxPoints) step++;
  return step;
}
