import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DatasetType } from './dataset-type.ts';
import type { DatasetTypes } from './expression.ts';
import { posedRgbdDataset } from './posed-rgbd.ts';
import { arkitScenesDataset } from './published/arkit-scenes.ts';
import { blendedMvsDataset } from './published/blended-mvs.ts';
import { co3dDataset } from './published/co3d.ts';
import { habitatDataset } from './published/habitat.ts';
import { megaDepthDataset } from './published/mega-depth.ts';
import { scanNetppDataset } from './published/scannetpp.ts';
import { staticThings3dDataset } from './published/static-things-3d.ts';
import { waymoDataset } from './published/waymo.ts';
import { wildRgbdDataset } from './published/wild-rgbd.ts';
import { syntheticDataset } from './synthetic.ts';

/** The kinds of dataset that expressions can name. */
export const datasetTypes: DatasetTypes = byName([
  syntheticDataset,
  posedRgbdDataset,
  co3dDataset,
  wildRgbdDataset,
  arkitScenesDataset,
  scanNetppDataset,
  blendedMvsDataset,
  megaDepthDataset,
  staticThings3dDataset,
  waymoDataset,
  habitatDataset,
]);

/**
 * The kinds of dataset of this project and those that modules export: every exported value that is a `DatasetType`.
 * @param modules paths of JavaScript modules (or TypeScript, where the process runs it)
 * @throws Error if a module cannot be imported, exports no kind of dataset, or one of a name that is taken
 */
export async function loadDatasetTypes(modules: readonly string[] = []): Promise<DatasetTypes> {
  const added = await Promise.all(modules.map(typesOf));
  return byName([...Object.values(datasetTypes), ...added.flat()]);
}

async function typesOf(path: string): Promise<readonly DatasetType[]> {
  const absolute = resolve(path);
  // Windows alone needs a URL; a plain path also suits runtimes that turn import() into require().
  const specifier = process.platform === 'win32' ? pathToFileURL(absolute).href : absolute;
  if (!(await stat(absolute).catch(() => undefined))?.isFile())
    throw new Error(`dataset module ${path}: there is no such file`);
  const exported: Record<string, unknown> = await import(specifier).catch((error: Error) => {
    const [reason] = error.message.split('\n');
    throw new Error(`dataset module ${path}: cannot be imported (${reason})`, { cause: error });
  });
  const types = Object.values(exported).filter(isDatasetType);
  if (types.length === 0) throw new Error(`dataset module ${path}: expected an exported DatasetType, found none`);
  return types;
}

function isDatasetType(value: unknown): value is DatasetType {
  const type = value as DatasetType | null | undefined;
  return typeof type?.name === 'string' && typeof type.open === 'function' && typeof type.arguments === 'object';
}

function byName(types: readonly DatasetType[]): DatasetTypes {
  const named = new Map<string, DatasetType>();
  for (const type of types) {
    if (named.has(type.name)) throw new Error(`two kinds of dataset are called ${type.name}; rename one`);
    named.set(type.name, type);
  }
  return Object.fromEntries(named);
}
