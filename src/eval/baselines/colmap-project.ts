import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EvalView } from '#eval/method.ts';
import { encodeRgbPng } from '#export/png.ts';
import { makeFolder } from '#files/folder.ts';
import type { KnownCamera, KnownIntrinsics } from '#reconstruct/known-cameras.ts';
import { colmapCameras } from '#reconstruct/known-colmap.ts';
import { HALF_PIXEL } from '#reconstruct/known-numbers.ts';
import { type ColmapOutcome, runColmap } from './run-colmap.ts';

export interface ColmapSettings {
  readonly program: string;
  readonly knownIntrinsics: boolean;
  readonly threads: number;
}

/** The cameras that COLMAP placed, by the number of their view; in one world, up to a similarity. */
export type PlacedViews = ReadonlyMap<number, KnownCamera>;

/**
 * Features, matches of all pairs and incremental mapping (Schönberger and Frahm, CVPR 2016) of photographs in an empty
 * folder. Of several models the one with the most views is taken; none where the mapper finds none or crashes.
 * @throws Error where COLMAP does not do what it is asked for another reason than the photographs
 */
export async function reconstructWithColmap(
  folder: string,
  views: readonly EvalView[],
  settings: ColmapSettings,
  signal: AbortSignal,
): Promise<PlacedViews> {
  const project = new ColmapProject(folder, settings, signal);
  await project.addPhotographs(views);
  await project.match();
  const models = (await project.map(views.length)) ? await project.models() : [];
  const largest = models.toSorted((a, b) => b.length - a.length)[0] ?? [];
  return new Map(largest.map((camera) => [Number.parseInt(camera.name, 10), camera]));
}

class ColmapProject {
  private readonly folder: string;
  private readonly settings: ColmapSettings;
  private readonly signal: AbortSignal;
  private readonly paths: { readonly images: string; readonly database: string; readonly models: string };

  constructor(folder: string, settings: ColmapSettings, signal: AbortSignal) {
    this.folder = folder;
    this.settings = settings;
    this.signal = signal;
    const inFolder = (name: string) => join(folder, name);
    this.paths = { images: inFolder('images'), database: inFolder('database.db'), models: inFolder('models') };
  }

  async addPhotographs(views: readonly EvalView[]): Promise<void> {
    await makeFolder(this.paths.images);
    for (const [v, { image }] of views.entries()) {
      await writeFile(join(this.paths.images, fileName(v)), encodeRgbPng(image));
    }
    const groups = this.settings.knownIntrinsics ? cameraGroups(views) : sizeGroups(views);
    for (const [camera, members] of groups) await this.extract(camera, members);
  }

  /** Features of the photographs that one camera took. */
  private async extract(camera: readonly string[], members: readonly number[]): Promise<void> {
    const list = join(this.folder, 'list.txt');
    await writeFile(list, members.map((v) => `${fileName(v)}\n`).join(''));
    const { images, database } = this.paths;
    await this.run('feature_extractor', [
      ...['--database_path', database, '--image_path', images, '--image_list_path', list],
      ...['--SiftExtraction.use_gpu', '0', '--SiftExtraction.num_threads', `${this.settings.threads}`],
      ...['--ImageReader.single_camera', '1', ...camera],
    ]);
  }

  async match(): Promise<void> {
    await this.run('exhaustive_matcher', [
      ...['--database_path', this.paths.database],
      ...['--SiftMatching.use_gpu', '0', '--SiftMatching.num_threads', `${this.settings.threads}`],
    ]);
  }

  /** Whether there is a model. */
  async map(viewCount: number): Promise<boolean> {
    const { images, database, models } = this.paths;
    await makeFolder(models);
    const refine = this.settings.knownIntrinsics ? '0' : '1';
    const outcome = await this.command('mapper', [
      ...['--database_path', database, '--image_path', images, '--output_path', models],
      ...['--Mapper.num_threads', `${this.settings.threads}`, '--Mapper.ba_refine_focal_length', refine],
      ...['--Mapper.extract_colors', '0', '--Mapper.min_model_size', '2'],
      ...(viewCount === 2 ? pairThresholds : []),
    ]);
    if (outcome.ended === 'with an error' && !noModel.test(outcome.output)) throw failure('mapper', outcome);
    return outcome.ended === 'well';
  }

  /** The cameras of each model that the mapper wrote. */
  async models(): Promise<KnownCamera[][]> {
    const names = await readdir(this.paths.models);
    return Promise.all(names.map((name) => colmapCameras(join(this.paths.models, name))));
  }

  private async run(command: string, args: readonly string[]): Promise<void> {
    const outcome = await this.command(command, args);
    if (outcome.ended !== 'well') throw failure(command, outcome);
  }

  private command(command: string, args: readonly string[]): Promise<ColmapOutcome> {
    return runColmap(this.settings.program, [command, ...args], this.signal);
  }
}

/**
 * The defaults are those of a collection, in which a poor first pair would spoil the rest: 100 matches, 16° between the
 * rays. A pair has no better one to begin with, so all that the geometry allows is accepted.
 */
const pairThresholds = [
  ...['--Mapper.init_min_num_inliers', '15', '--Mapper.init_min_tri_angle', '0.5'],
  ...['--Mapper.init_max_forward_motion', '1', '--Mapper.filter_min_tri_angle', '0.1'],
];

/** What the mapper says of photographs that it cannot put together. */
const noModel = /failed to create sparse model/i;

function failure(command: string, { ended, output }: ColmapOutcome): Error {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const complaint = lines.findLast((line) => /error|fail|unrecogni/i.test(line)) ?? lines.at(-1) ?? 'it wrote nothing';
  const version = 'this baseline is made for COLMAP 3.8, as Debian has it';
  return new Error(`colmap ${command} ended ${ended}: ${complaint.trim()} (${version})`);
}

function fileName(view: number): string {
  return `${String(view).padStart(5, '0')}.png`;
}

type CameraGroups = [options: readonly string[], members: readonly number[]][];

/** Photographs of one size are taken to be of one camera, square pixels, without distortion, of unknown focal length. */
function sizeGroups(views: readonly EvalView[]): CameraGroups {
  const model = ['--ImageReader.camera_model', 'SIMPLE_PINHOLE'];
  return groupBy(views, ({ image: { width, height } }) => `${width} ${height}`).map(([, members]) => [model, members]);
}

function cameraGroups(views: readonly EvalView[]): CameraGroups {
  return groupBy(views, ({ camera }) => colmapParameters(camera)).map(([parameters, members]) => [
    ['--ImageReader.camera_model', 'PINHOLE', '--ImageReader.camera_params', parameters],
    members,
  ]);
}

/** COLMAP has pixel centres at halves. */
function colmapParameters({ focalPx, principalPx }: KnownIntrinsics): string {
  return [...focalPx, ...principalPx.map((p) => p + HALF_PIXEL)].join(',');
}

function groupBy(views: readonly EvalView[], keyOf: (view: EvalView) => string): [key: string, members: number[]][] {
  const groups = new Map<string, number[]>();
  for (const [v, view] of views.entries()) {
    const key = keyOf(view);
    groups.set(key, [...(groups.get(key) ?? []), v]);
  }
  return [...groups];
}
