import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { openFile } from '#files/random-access-file.ts';
import type { TensorArchive } from './archive.ts';
import { parseLenientJson } from './lenient-json.ts';
import { kwargsFromConfig, kwargsFromContents, type ModelKwargs } from './model-kwargs.ts';
import { openSafetensors } from './safetensors.ts';
import { openShardedSafetensors } from './sharded-safetensors.ts';
import { openTorch } from './torch-archive.ts';

export interface Checkpoint {
  readonly archive: TensorArchive;
  /** The model's constructor arguments, where the checkpoint says them. */
  readonly kwargs: ModelKwargs | undefined;
  readonly kind: 'dust3r' | 'croco';
  /** As the folder's README or the file's metadata names it, e.g. 'cc-by-nc-sa-4.0'. */
  readonly licence: string | undefined;
}

const headBytes = 512;
/** A config.json, a README: larger files are something else. */
const maxTextBytes = 2 ** 20;

/**
 * Opens a checkpoint: a hub folder (config.json with model.safetensors or its shards), a .safetensors file, or a file of
 * torch.save. What a file is, its content decides. The caller closes the archive.
 * @throws Error naming the path and what is wrong: nothing there, a Git LFS pointer, a web page, an empty or shortened
 * file, a MASt3R checkpoint, or tensors of another model
 */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  const opened = await openFound(path);
  try {
    return { ...opened, kind: kindOf(opened) };
  } catch (error) {
    await opened.archive.close();
    throw error;
  }
}

type Opened = Omit<Checkpoint, 'kind'>;

/** The published commands go on from `checkpoint-best.pth`, where our runs write a folder `checkpoint-best`. */
async function openFound(path: string): Promise<Opened> {
  for (const candidate of [path, path.replace(/\.pth$/, '')]) {
    const found = await stat(candidate).catch(() => undefined);
    if (found) return found.isDirectory() ? openFolder(candidate) : openSingle(candidate);
  }
  throw new Error(`${path}: there is no such file or folder`);
}

async function openFolder(folder: string): Promise<Opened> {
  const files = await readdir(folder);
  if (files.includes('model.safetensors')) return openSingle(join(folder, 'model.safetensors'));
  const index = 'model.safetensors.index.json';
  if (files.includes(index)) return withFolder(await openShardedSafetensors(join(folder, index)), folder);
  const names = files.length > 0 ? files.slice(0, 8).join(', ') : 'nothing';
  const ofRun = ['checkpoint-best', 'checkpoint-last', 'checkpoint-final'].find((name) => files.includes(name));
  const wayOut = ofRun === undefined ? '' : `: it is a run's folder, give ${join(folder, ofRun)}`;
  throw new Error(
    `${folder}: a checkpoint folder holds config.json and model.safetensors; this one holds ${names}${wayOut}`,
  );
}

async function openSingle(path: string): Promise<Opened> {
  if ((await sniff(path)) === 'torch') return openTorchCheckpoint(path);
  const archive = await openSafetensors(path);
  const isHubFile = basename(path) === 'model.safetensors';
  return isHubFile ? withFolder(archive, dirname(path)) : { archive, kwargs: undefined, licence: licenceIn(archive) };
}

async function openTorchCheckpoint(path: string): Promise<Opened> {
  const archive = await openTorch(path);
  return orClosed(archive, async () => {
    try {
      return { archive, kwargs: kwargsFromContents(archive.contents), licence: undefined };
    } catch (error) {
      throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
    }
  });
}

/** Adds what the folder's other files say of the archive. */
async function withFolder(archive: TensorArchive, folder: string): Promise<Opened> {
  return orClosed(archive, async () => {
    const configPath = join(folder, 'config.json');
    const config = await readText(configPath);
    const readme = await readText(join(folder, 'README.md'));
    const kwargs =
      config === undefined ? undefined : kwargsFromConfig(parseLenientJson(config, configPath), configPath);
    return { archive, kwargs, licence: licenceOf(readme ?? '') ?? licenceIn(archive) };
  });
}

/** Closes the archive when what follows fails. */
async function orClosed(archive: TensorArchive, describe: () => Promise<Opened>): Promise<Opened> {
  try {
    return await describe();
  } catch (error) {
    await archive.close();
    throw error;
  }
}

async function readText(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return undefined;
  if (found.size > maxTextBytes)
    throw new Error(`${path} has ${found.size} bytes, too many for a text of a checkpoint`);
  return readFile(path, 'utf8');
}

/** The `license` of a model card's front matter. */
function licenceOf(readme: string): string | undefined {
  const [, frontMatter] = /^---\r?\n(.*?)\n---/s.exec(readme) ?? [];
  return /^license:(.+)$/m.exec(frontMatter ?? '')?.[1]?.trim();
}

function licenceIn({ metadata }: TensorArchive): string | undefined {
  return metadata['license'] ?? metadata['licence'];
}

/** What a file is by its first bytes. */
async function sniff(path: string): Promise<'torch' | 'safetensors'> {
  const file = await openFile(path);
  try {
    if (file.size === 0) throw new Error(`${path} is empty; download it again`);
    const head = Buffer.from(await file.read(0, Math.min(headBytes, file.size)));
    if (head.toString('latin1', 0, 2) === 'PK' || head[0] === 0x80) return 'torch';
    if (head[8] === '{'.charCodeAt(0)) return 'safetensors';
    throw new Error(`${path} ${nameOf(head.toString('latin1'))}`);
  } finally {
    await file.close();
  }
}

function nameOf(head: string): string {
  if (head.startsWith('version https://git-lfs')) {
    return 'is a Git LFS pointer, not the weights themselves; fetch them with `git lfs pull`';
  }
  if (/^\s*<(!doctype|html|\?xml)/i.test(head)) return 'is a web page, not weights; download the file behind its link';
  const start = JSON.stringify(head.slice(0, 24));
  return `is neither a safetensors file nor one of torch.save: it begins with ${start}`;
}

function kindOf({ archive, kwargs }: Opened): Checkpoint['kind'] {
  const names = [...archive.tensors.keys()];
  const has = (prefix: string) => names.some((name) => name.startsWith(prefix));
  if (String(kwargs?.['head_type']).startsWith('catmlp') || has('downstream_head1.head_local_features.')) {
    throw new Error(`${archive.path} is a MASt3R checkpoint (head_type catmlp+dpt), which is not supported`);
  }
  if (has('downstream_head1.')) return 'dust3r';
  if (has('enc_blocks.')) return 'croco';
  const some = names.length > 0 ? `its tensors are ${names.slice(0, 4).join(', ')}, …` : 'it holds no tensors';
  throw new Error(`${archive.path} is no checkpoint of DUSt3R or CroCo: ${some}`);
}
