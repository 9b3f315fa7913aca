import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { runCommand } from './command.ts';

export const ARCHIVE_VERSION = '2.9.1';

const DOWNLOAD_MS = 20 * 60_000;

/** Downloads the archive that @tensorflow/tfjs-node-gpu's own install step takes, and unpacks it: lib/ and include/. */
export async function obtainArchive(folder: string): Promise<void> {
  const url = archiveUrl();
  const file = join(folder, 'libtensorflow.tar.gz');
  await download(url, file);
  await runCommand('tar', ['-xzf', file, '-C', folder]);
  await rm(file);
}

/** The address, from the host that the package's own environment variable names, or from its usual one. */
function archiveUrl(): string {
  const host = process.env['TFJS_NODE_CDN_STORAGE'] || 'https://storage.googleapis.com/';
  const systems: Record<string, string> = { 'linux-x64': 'linux-x86_64', 'darwin-x64': 'darwin-x86_64' };
  const system = systems[`${process.platform}-${process.arch}`];
  if (!system) throw new Error(`no archive of libtensorflow is published for ${process.platform}-${process.arch}`);
  return `${host}tensorflow/libtensorflow/libtensorflow-cpu-${system}-${ARCHIVE_VERSION}.tar.gz`;
}

async function download(url: string, file: string): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_MS) }).catch((error: Error) => {
    throw new Error(`${url}: ${error.cause instanceof Error ? error.cause.message : error.message}`);
  });
  if (!response.ok || !response.body) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  await pipeline(Readable.fromWeb(response.body as ReadableStream), createWriteStream(file));
}
