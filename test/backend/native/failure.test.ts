import { readdir, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFailure, writeFailure } from '#backend/native/failure.ts';
import type { LibrarySource } from '#backend/native/library.ts';
import { makeFolder } from '#files/folder.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const temporary = useTemporaryFolder();
const sources = [{ title: 'a wheel', device: 'cpu' }] as unknown as LibrarySource[];
const usual = process.env['DUST3R_CACHE'];
let count = 0;

beforeEach(() => {
  process.env['DUST3R_CACHE'] = temporary(`cache-${count++}`);
});
afterEach(() => {
  if (usual === undefined) delete process.env['DUST3R_CACHE'];
  else process.env['DUST3R_CACHE'] = usual;
});

describe('backend/native/failure', () => {
  it('remembers why the same sources failed, and for these alone', async () => {
    await writeFailure(sources, ['no network']);
    expect((await readFailure(sources))?.reasons).toEqual(['no network', 'tried 0 minutes ago; --force tries again']);
    expect(await readFailure([])).toBeUndefined();
  });

  it('knows of none where the file is damaged', async () => {
    const folder = `${process.env['DUST3R_CACHE']}/engines`;
    await makeFolder(folder);
    await writeFile(`${folder}/last-failure.json`, 'broken{');
    expect(await readFailure(sources)).toBeUndefined();
  });

  it('is forgotten where the cache cannot be written', async () => {
    process.env['DUST3R_CACHE'] = 'LICENSE';
    await writeFailure(sources, ['no network']);
    expect(await readFailure(sources)).toBeUndefined();
    expect(await readdir('.')).toContain('LICENSE');
  });
});
