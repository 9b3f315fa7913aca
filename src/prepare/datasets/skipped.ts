import { rm } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { writeFileAtomically } from '#files/atomic-file.ts';
import type { Skipped } from './preparation.ts';

/** What could not be written stops a run; whatever else fails breaks an item or a frame alone. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
}

/** The file that an error's message names in front, below the input, and the rest as the reason. */
export function skippedBy(error: unknown, { input, item, file }: Omit<Skipped, 'reason'> & { input: string }): Skipped {
  const { message } = error as Error;
  const end = message.indexOf(': ');
  const named = end > 0 ? message.slice(0, end) : '';
  const isInside = named.startsWith(`${input}${sep}`) || named.startsWith(file);
  const reason = isInside ? message.slice(end + 2) : message;
  return { item, file: below(input, isInside ? named : file), reason: reason.replace(/\s+/g, ' ') };
}

function below(input: string, path: string): string {
  return path.startsWith(`${input}${sep}`) ? relative(input, path) : path;
}

/** Writes `skipped.txt`, a line for each: item, file and reason, parted by tabs. None, no file. */
export async function writeSkipped(output: string, skipped: readonly Skipped[]): Promise<void> {
  const path = join(output, 'skipped.txt');
  const lines = skipped.map(({ item, file, reason }) => `${item}\t${file}\t${reason}\n`);
  if (lines.length === 0) await rm(path, { force: true });
  else await writeFileAtomically(path, lines.sort().join(''));
}
