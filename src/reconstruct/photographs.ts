import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fitImage, type InferenceImage, loadForInference } from '#image/fit.ts';
import type { RgbImage } from '#image/rgb-image.ts';

/** A photograph at the network's size. */
export interface Photograph extends InferenceImage {
  /** Its file, where it came from one. */
  readonly path?: string;
}

/** A path, pixels, or a photograph that is fitted already. */
export type PhotographSource = string | RgbImage | Photograph;

export interface LoadPhotographsOptions {
  /** The network's long side; 224 makes squares (spec 5.1). */
  readonly size: number;
  readonly patchSize?: number;
  readonly squareOk?: boolean;
  /** Leaves out photographs that cannot be read, and repetitions, instead of failing; each is told to `onSkipped`. */
  readonly skipBroken?: boolean;
  readonly onSkipped?: (skipped: SkippedPhotograph) => void;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal;
}

export interface SkippedPhotograph {
  readonly name: string;
  /** One line that names the photograph. */
  readonly reason: string;
}

const pictureEndings = /\.(jpe?g|png|webp|tiff?|avif|gif|heic|heif)$/i;

/**
 * The photographs that paths name, in order; a folder stands for the pictures in it, by name with numbers by value.
 * @throws Error naming a path that is missing, or a folder without pictures
 */
export async function listPhotographs(paths: readonly string[]): Promise<string[]> {
  const listed: string[] = [];
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (!found) throw new Error(`${path}: no such image file or folder`);
    listed.push(...(found.isDirectory() ? await picturesIn(path) : [path]));
  }
  return listed;
}

async function picturesIn(folder: string): Promise<string[]> {
  const pictures = (await readdir(folder)).filter((name) => pictureEndings.test(name) && !name.startsWith('.'));
  if (pictures.length === 0)
    throw new Error(
      `${folder}: expected pictures (.jpg, .png, .webp, .tif, .avif, .gif, .heic) in the folder, found none`,
    );
  const { compare } = new Intl.Collator('en', { numeric: true });
  return pictures.sort(compare).map((name) => join(folder, name));
}

/**
 * Decodes and fits photographs. They are named by their files, or by their whole paths where two files have one name;
 * pixels are image-0, image-1 ….
 * @throws Error, one line that names the photograph, if one cannot be read or is the same picture as one before it
 */
export async function loadPhotographs(
  sources: readonly PhotographSource[],
  options: LoadPhotographsOptions,
): Promise<Photograph[]> {
  const names = photographNames(sources);
  const loaded: Photograph[] = [];
  const seen = new Map<string, string>();
  for (const [i, source] of sources.entries()) {
    options.onProgress?.({ done: i, total: sources.length });
    options.signal?.throwIfAborted();
    const name = names[i] as string;
    try {
      const photograph = { ...(await load(source, options)), name };
      const repetition = repetitionOf(photograph, seen);
      if (repetition === undefined) loaded.push(photograph);
      else if (options.skipBroken) options.onSkipped?.({ name, reason: repetition });
      else throw new Error(`${repetition}; leave one of them out`);
    } catch (error) {
      if (!options.skipBroken) throw error;
      options.onSkipped?.({ name, reason: (error as Error).message });
    }
  }
  options.onProgress?.({ done: sources.length, total: sources.length });
  return loaded;
}

/** What `loadPhotographs` calls the photographs. */
export function photographNames(sources: readonly PhotographSource[]): string[] {
  const short = sources.map((source, i) => {
    if (typeof source === 'string') return basename(source);
    return 'mapping' in source ? source.name : `image-${i}`;
  });
  const counts = new Map<string, number>();
  for (const name of short) counts.set(name, (counts.get(name) ?? 0) + 1);
  return sources.map((source, i) => {
    const name = short[i] as string;
    return typeof source === 'string' && (counts.get(name) ?? 0) > 1 ? source : name;
  });
}

async function load(source: PhotographSource, options: LoadPhotographsOptions): Promise<Omit<Photograph, 'name'>> {
  const { size, patchSize = 16, squareOk = false } = options;
  if (typeof source === 'string')
    return { ...(await loadForInference(source, { size, patchSize, squareOk })), path: source };
  return 'mapping' in source ? source : fitImage(source, { size, patchSize, squareOk });
}

/**
 * Two copies of a picture say nothing about each other's place, and the network's answer for them misleads.
 * @param seen the pictures so far, and their names; this one is added
 * @returns what a repeated picture repeats
 */
export function repetitionOf(
  { name, image, original }: Pick<InferenceImage, 'name' | 'image' | 'original'>,
  seen: Map<string, string>,
): string | undefined {
  const hash = createHash('sha256').update(image.data).digest('hex');
  const key = `${original.width}×${original.height} ${image.width}×${image.height} ${hash}`;
  const twin = seen.get(key);
  if (twin !== undefined) return `${name} ${twin === name ? 'is named twice' : `is the same picture as ${twin}`}`;
  seen.set(key, name);
  return undefined;
}
