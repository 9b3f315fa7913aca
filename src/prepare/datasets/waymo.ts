import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readTfRecords } from '#formats/tf-record.ts';
import { decodeWaymoFrame, type WaymoCamera, type WaymoCameraName, type WaymoFrame } from '#formats/waymo-frame.ts';
import { decodeImage } from '#image/decode.ts';
import { remapImage } from '#image/remap.ts';
import { coverImage, expectSizeOf, planCover } from './cover.ts';
import { cameraArrays } from './encode-frame.ts';
import { writeExrFrame } from './exr-frame.ts';
import { imagePairs } from './image-pairs.ts';
import { type ListedItem, listedPreparation } from './listed-preparation.ts';
import type { ItemContext } from './preparation.ts';
import { cameraAt, lensOf, type StraightLens, splatDepth, straightLens } from './waymo-camera.ts';
import { type LidarPoints, lidarPoints } from './waymo-lidar.ts';

const longSide = 512;

/** As the names of images have them: waymo_open_dataset/dataset.proto. */
const cameraNumbers: Readonly<Record<WaymoCameraName, number>> = {
  FRONT: 1,
  FRONT_LEFT: 2,
  FRONT_RIGHT: 3,
  SIDE_LEFT: 4,
  SIDE_RIGHT: 5,
};

/** Waymo Open, its perception part, as `Waymo(ROOT=…)` reads it (spec 4.4). */
export const waymoPreparation = listedPreparation({
  name: 'waymo',
  version: 1,
  pairs: imagePairs({
    file: 'waymo_pairs.npz',
    index: 'waymo_pairs.npz',
    images: 'frames',
    folderOf: (scene) => scene,
  }),
  expected: '<segment>.tfrecord',
  findSources,
  prepareImages: (item, context, { asOriginal }) => new Segment(item, context, asOriginal).prepare(),
});

/** Records lie in the input, or in folders below it such as `training`. */
async function findSources(input: string, keys: readonly string[]): Promise<Map<string, string>> {
  const paths = new Map<string, string>();
  const folders = (await readdir(input, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  for (const folder of [input, ...folders.map(({ name }) => join(input, name)).sort()]) {
    for (const file of await readdir(folder))
      if (file.endsWith('.tfrecord')) paths.set(segmentOf(file), join(folder, file));
  }
  return new Map(
    keys.flatMap((key) => {
      const path = paths.get(segmentOf(key));
      return path === undefined ? [] : [[key, path] as const];
    }),
  );
}

/** A segment's name, however much of its file's name the list has. */
function segmentOf(name: string): string {
  return basename(name)
    .replace(/\.tfrecord$/, '')
    .replace(/_with_camera_labels$/, '');
}

/** A wanted photograph: `<number of the record>_<number of the camera>`. */
interface WantedImage {
  readonly name: string;
  readonly record: number;
  readonly camera: number;
}

/** A record with its points, which all its photographs share. */
interface OpenRecord {
  readonly frame: WaymoFrame;
  readonly points: LidarPoints;
}

/** Goes through a segment's records once. */
class Segment {
  private readonly item: ListedItem;
  private readonly context: ItemContext;
  private readonly asOriginal: boolean;
  private readonly prepared: string[] = [];
  private readonly lenses = new Map<string, StraightLens>();
  /** Why records could not be read. */
  private failure: unknown;

  constructor(item: ListedItem, context: ItemContext, asOriginal: boolean) {
    this.item = item;
    this.context = context;
    this.asOriginal = asOriginal;
    this.failure = new Error(`${item.source}: expected more records, found the end of the file`);
  }

  /** @returns the names of the photographs that could be prepared */
  async prepare(): Promise<string[]> {
    const missing = new Set(this.item.images);
    const byRecord = await this.wantedByRecord(missing);
    const last = Math.max(...byRecord.keys());
    const records = readTfRecords(this.item.source);
    try {
      for (let number = 0; number <= last; number++) {
        const bytes = await this.nextRecord(records);
        if (!bytes) break;
        const wanted = byRecord.get(number) ?? [];
        for (const image of wanted) missing.delete(image.name);
        await this.prepareRecord(bytes, wanted);
      }
    } finally {
      await records.return();
    }
    for (const name of missing) await this.image(name, () => Promise.reject(this.failure));
    return this.prepared;
  }

  /** Undefined at the end, and where the file is damaged: what comes then cannot be found. */
  private async nextRecord(records: ReturnType<typeof readTfRecords>): Promise<Uint8Array | undefined> {
    try {
      return (await records.next()).value ?? undefined;
    } catch (error) {
      this.failure = error;
      return undefined;
    }
  }

  private async wantedByRecord(missing: Set<string>): Promise<Map<number, WantedImage[]>> {
    const byRecord = new Map<number, WantedImage[]>();
    for (const name of this.item.images) {
      const [, record, camera] = /^(\d+)_([1-5])$/.exec(name) ?? [];
      if (record === undefined) {
        missing.delete(name);
        await this.image(name, () =>
          Promise.reject(new Error('expected the numbers of a record and of a camera (1 to 5)')),
        );
        continue;
      }
      const image = { name, record: Number(record), camera: Number(camera) };
      byRecord.set(image.record, [...(byRecord.get(image.record) ?? []), image]);
    }
    return byRecord;
  }

  private async prepareRecord(bytes: Uint8Array, wanted: readonly WantedImage[]): Promise<void> {
    let record: OpenRecord | undefined;
    for (const image of wanted) {
      await this.image(image.name, async () => {
        record ??= openRecord(bytes, `${this.item.source}: record ${image.record}`);
        await this.prepareImage(record, image);
      });
    }
  }

  private async image(name: string, prepare: () => Promise<void>): Promise<void> {
    const done = await this.context.frame(`${this.item.key}/${name}`, async () => {
      await prepare();
      return true;
    });
    if (done) this.prepared.push(name);
  }

  private async prepareImage({ frame, points }: OpenRecord, wanted: WantedImage): Promise<void> {
    const { asOriginal } = this;
    const label = `${this.item.source}: record ${wanted.record}`;
    const raw = frame.cameras.find(({ name }) => cameraNumbers[name] === wanted.camera);
    if (!raw) throw new Error(`${label}: expected a photograph of camera ${wanted.camera}, found none`);
    const image = await decodeImage(raw.jpeg, { name: `${label}, camera ${wanted.camera}` });
    expectSizeOf(raw, `${label}'s calibration`, image, label);
    const straight = asOriginal ? undefined : this.straight(raw);
    const plan = planCover(cameraAt(straight?.pinhole ?? lensOf(raw), raw), longSideOf(raw));
    const rayOf = straight ? straight.rays.at.bind(straight.rays) : plainRays(raw);
    const { camera } = plan;
    await writeExrFrame(this.context, wanted.name, {
      image: coverImage(straight ? remapImage(image, straight.map) : image, plan),
      depth: splatDepth(points, { number: wanted.camera, camera, rayOf, asOriginal }),
      camera,
      arrays: {
        ...cameraArrays(camera, 'intrinsics', 'cam2world'),
        distortion: { values: straight ? new Float32Array(5) : Float32Array.from(raw.distortion), shape: [5] },
      },
    });
  }

  private straight(camera: WaymoCamera): StraightLens {
    const found = this.lenses.get(camera.name) ?? straightLens(camera);
    this.lenses.set(camera.name, found);
    return found;
  }
}

function openRecord(bytes: Uint8Array, name: string): OpenRecord {
  const frame = decodeWaymoFrame(bytes, name);
  return { frame, points: lidarPoints(frame, name) };
}

function longSideOf({ width, height }: WaymoCamera) {
  return width >= height ? { width: longSide, height: 1 } : { width: 1, height: longSide };
}

/** Of the calibration without its distortion. */
function plainRays({ focalPx, principalPx }: WaymoCamera) {
  return (u: number, v: number, ray: Float64Array) => {
    ray[0] = (u - principalPx[0]) / focalPx[0];
    ray[1] = (v - principalPx[1]) / focalPx[1];
  };
}
