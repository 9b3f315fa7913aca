import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from '@jest/globals';

/** An empty folder for each test of a file, and an environment that is put back after it. */
export function useTemporary(): { path(...parts: string[]): string } {
  let folder = '';
  let environment: NodeJS.ProcessEnv = {};
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dust3r-backend-'));
    environment = { ...process.env };
  });
  afterEach(async () => {
    process.env = environment;
    await rm(folder, { recursive: true, force: true });
  });
  return { path: (...parts) => join(folder, ...parts) };
}
