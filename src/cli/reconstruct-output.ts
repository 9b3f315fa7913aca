import { basename } from 'node:path';
import type { Reconstruction } from '#reconstruct/reconstruction.ts';
import { type ExportFormat, exportFormats } from '#reconstruct/scene-file-format.ts';
import { type FolderFormat, folderFormats } from '#reconstruct/write-reconstruction.ts';
import { randomNote } from './network-options.ts';
import { recordFiles, removeOlderFiles } from './output-folder.ts';

export const usualFormats = 'cameras,ply,glb,maps,viewer,scene';

export interface OutputArguments {
  readonly output: string;
  readonly formats: string;
  readonly randomWeights?: string | undefined;
}

interface Formats {
  readonly folder: readonly FolderFormat[];
  readonly exported: readonly ExportFormat[];
}

export function parseFormats(list: string): Formats {
  const names = list.split(',').map((name) => name.trim());
  const isIn = <T extends string>(formats: readonly T[], name: string): name is T => formats.includes(name as T);
  const known = new Set<string>([...folderFormats, ...exportFormats]);
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined)
    throw new Error(`--formats: expected ${[...known].join(', ')}, got ${JSON.stringify(unknown)}`);
  const folder = names.filter((name) => isIn(folderFormats, name)) as FolderFormat[];
  const exported = names.filter((name) => !isIn(folderFormats, name) && isIn(exportFormats, name)) as ExportFormat[];
  return { folder, exported };
}

interface WriteOptions {
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  readonly onFile: (path: string) => void;
  readonly signal: AbortSignal;
}

/** Writes every format that is asked for. @returns the paths, in the order of writing */
export async function writeOutputs(
  { output, formats, randomWeights }: OutputArguments,
  scene: Reconstruction,
  { settings, onFile, signal }: WriteOptions,
): Promise<string[]> {
  const { folder, exported } = parseFormats(formats);
  const { writeReconstruction } = await import('#reconstruct/write-reconstruction.ts');
  const note = randomWeights === undefined ? {} : { note: randomNote };
  const title = titleOf(scene);
  const photographs = scene.views.map(({ photographPath }) => photographPath);
  await removeOlderFiles(output, ['infer', 'reconstruct']);
  const given = { title, ...note, photographs, settings };
  const files = await writeReconstruction(output, scene, { ...given, formats: folder, onFile, signal });
  if (exported.length > 0) {
    const { exportScene } = await import('#reconstruct/scene-file-export.ts');
    const paths = photographs.every((path) => path !== undefined) ? { photographs } : {};
    files.push(...(await exportScene(output, scene, { formats: exported, ...paths, signal })));
  }
  await recordFiles(output, 'reconstruct', files);
  return files;
}

const MOST_NAMES = 3;

function titleOf({ views }: Reconstruction): string {
  const names = views.map(({ name }) => basename(name));
  return names.length <= MOST_NAMES ? names.join(' + ') : `${names.length} photographs`;
}
