import { stat } from 'node:fs/promises';
import { depthToPoints } from '#geometry/camera.ts';
import { expectPixelMap } from '#image/pixel-map.ts';
import { expectRgbImage } from '#image/rgb-image.ts';
import type { TensorArchive } from '#weights/archive.ts';
import { encodeFloat32 } from '#weights/float-codec.ts';
import { openSafetensors } from '#weights/safetensors.ts';
import { type TensorSource, writeSafetensors } from '#weights/safetensors-write.ts';
import type { ReconstructedView } from './reconstruction.ts';
import type { ParsedScene, ParsedView } from './scene-file-parse.ts';

const dtypes = { depth: 'F32', confidence: 'F16', image: 'U8' } as const;
type MapName = keyof typeof dtypes;

/** The largest value of float16. */
const largestHalf = 65_504;

interface MapsOptions {
  readonly id: string;
  readonly signal?: AbortSignal;
}

/** Depth, confidence and image of every view in one safetensors file. */
export async function writeMaps(
  path: string,
  views: readonly ReconstructedView[],
  options: MapsOptions,
): Promise<void> {
  const { id, ...rest } = options;
  const tensors = views.flatMap(viewTensors);
  await writeSafetensors(path, tensors, { metadata: { scene: id }, ...rest });
}

function viewTensors({ name, camera, depth, confidence, image }: ReconstructedView, view: number): TensorSource[] {
  const { width, height } = camera;
  expectPixelMap(`writeScene: depth of view "${name}"`, { width, height, values: depth });
  expectPixelMap(`writeScene: confidence of view "${name}"`, { width, height, values: confidence });
  expectRgbImage(`writeScene: image of view "${name}"`, image);
  if (image.width !== width || image.height !== height)
    throw new RangeError(
      `writeScene: image of view "${name}": expected ${width} × ${height} pixels as its maps have, got ${image.width} × ${image.height}`,
    );
  const source = (map: MapName, data: TensorSource['data']): TensorSource => {
    return { name: `${view}.${map}`, dtype: dtypes[map], shape: shapeOf(camera, map), data };
  };
  return [
    source('depth', () => encodeFloat32('F32', depth)),
    source('confidence', () =>
      encodeFloat32(
        'F16',
        confidence.map((value) => Math.min(value, largestHalf)),
      ),
    ),
    source('image', () => image.data),
  ];
}

function shapeOf({ width, height }: { width: number; height: number }, map: MapName): number[] {
  return map === 'image' ? [height, width, 3] : [height, width];
}

/** @throws Error, one line that names the file, unless it holds exactly the maps of the scene's views */
export async function readMaps(
  path: string,
  { maps, views }: ParsedScene,
  { signal }: { readonly signal?: AbortSignal },
): Promise<ReconstructedView[]> {
  if (!(await stat(path).catch(() => undefined)))
    throw new Error(`${path}: the maps of the scene are missing; keep them beside scene.json`);
  const archive = await openSafetensors(path);
  try {
    if (archive.metadata['scene'] !== maps.id)
      throw new Error(`${path}: these are the maps of another scene; keep those that were written with scene.json`);
    expectMaps(archive, views);
    const read: ReconstructedView[] = [];
    for (const [i, view] of views.entries()) {
      signal?.throwIfAborted();
      read.push(await readView(archive, i, view));
    }
    return read;
  } finally {
    await archive.close();
  }
}

/** Before anything is read, so that a forged scene takes no memory. */
function expectMaps({ path, tensors }: TensorArchive, views: readonly ParsedView[]): void {
  const mapNames = Object.keys(dtypes) as MapName[];
  for (const [i, { name, camera }] of views.entries()) {
    for (const map of mapNames) {
      const found = tensors.get(`${i}.${map}`);
      const expected = `${dtypes[map]} [${shapeOf(camera, map).join(', ')}]`;
      const stored = found ? `${found.dtype} [${found.shape.join(', ')}]` : 'none';
      if (stored !== expected)
        throw new Error(`${path}: the ${map} of view ${i} (${name}) must be ${expected}, found ${stored}`);
    }
  }
  if (tensors.size !== mapNames.length * views.length)
    throw new Error(
      `${path}: expected ${mapNames.length} maps for each of ${views.length} views, found ${tensors.size} maps`,
    );
}

async function readView(archive: TensorArchive, index: number, view: ParsedView): Promise<ReconstructedView> {
  const { name, camera, originalCamera } = view;
  const { width, height } = camera;
  const depth = await archive.readFloat32(`${index}.depth`);
  return {
    name,
    camera,
    originalCamera,
    depth,
    points: depthToPoints(camera, depth),
    confidence: await archive.readFloat32(`${index}.confidence`),
    image: { width, height, data: await archive.readBytes(`${index}.image`) },
  };
}
