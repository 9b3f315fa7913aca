import { parse } from 'node:path';
import type { DepthFormat, Intrinsics, LayoutOptions, RgbdFrame } from '#data/rgbd-layouts/rgbd-sequence.ts';

/** A frame as its source's index tells it; neither file has been opened. */
export interface SourceFrame extends RgbdFrame {
  /** Of a depth camera with a lens of its own, for depth as it is stored. Its centre and axes are the image's. */
  readonly depthIntrinsics?: Intrinsics;
}

/** Why a frame cannot be used. */
interface SourceProblem {
  readonly file: string;
  readonly reason: string;
}

export interface SourceSequence {
  readonly frames: readonly SourceFrame[];
  readonly depth: DepthFormat;
  readonly unusable: readonly SourceProblem[];
}

/** One way in which posed RGB-D frames lie in folders. */
export interface RgbdSource {
  readonly name: string;
  /** What a folder of it holds, for messages. */
  readonly describe: string;
  /** Whether the entries of a folder are those of one sequence. */
  matches(entries: readonly string[]): boolean;
  /** @throws Error, one line that names the file, where the index itself is missing or damaged */
  read(folder: string, label: string, options: LayoutOptions): Promise<SourceSequence>;
}

/** The frames whose part of the index could be read, and why not of the others. */
export function sourceSequence(read: readonly (SourceFrame | SourceProblem)[], depth: DepthFormat): SourceSequence {
  return {
    frames: read.filter((each) => 'camToWorld' in each),
    depth,
    unusable: read.filter((each) => 'reason' in each),
  };
}

/** A frame, or the error of reading it as its problem. @param file what is listed unless the error names one */
export async function frameOrProblem(
  file: string,
  read: () => SourceFrame | Promise<SourceFrame>,
): Promise<SourceFrame | SourceProblem> {
  try {
    return await read();
  } catch (error) {
    return { file, reason: (error as Error).message };
  }
}

/**
 * The name of a frame from its image's path within the source: folders but for `images` are joined to it, and bare numbers
 * filled up with zeros, so that names are in the order of the numbers.
 */
export function frameName(imagePath: string): string {
  const { dir, name } = parse(imagePath);
  const folders = dir.split('/').filter((folder) => !['', '.', '..', 'images'].includes(folder));
  return [...folders, /^\d+$/.test(name) ? name.padStart(6, '0') : name].join('_');
}
