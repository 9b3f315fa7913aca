import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFileAtomically } from '#files/atomic-file.ts';
import { makeFolder } from '#files/folder.ts';
import { cacheFolder } from './cache.ts';
import type { LibrarySource } from './library.ts';

/** How long a failure is believed before setup tries again by itself. */
const HOLDS_MS = 3600_000;

interface Failure {
  readonly at: number;
  readonly sources: string;
  readonly reasons: readonly string[];
}

/** Why the same sources all failed within the last hour: trying them takes long where the network is closed. */
export async function readFailure(
  sources: readonly LibrarySource[],
): Promise<{ engine: undefined; reasons: readonly string[] } | undefined> {
  const failure = await readFile(failureFile(), 'utf8')
    .then((text) => JSON.parse(text) as Failure)
    .catch(() => undefined); // None, or one that was damaged: both mean that nothing is known.
  if (!failure || failure.sources !== titles(sources) || Date.now() - failure.at > HOLDS_MS) return undefined;
  const minutes = Math.round((Date.now() - failure.at) / 60_000);
  return { engine: undefined, reasons: [...failure.reasons, `tried ${minutes} minutes ago; --force tries again`] };
}

/** Does nothing where the cache cannot be written: setup then tries again the next time. */
export async function writeFailure(sources: readonly LibrarySource[], reasons: readonly string[]): Promise<void> {
  const failure: Failure = { at: Date.now(), sources: titles(sources), reasons };
  await makeFolder(dirname(failureFile()))
    .then(() => writeFileAtomically(failureFile(), JSON.stringify(failure)))
    .catch(() => undefined);
}

function titles(sources: readonly LibrarySource[]): string {
  return sources.map((source) => `${source.title} (${source.device})`).join(', ');
}

function failureFile(): string {
  return join(cacheFolder(), 'engines', 'last-failure.json');
}
