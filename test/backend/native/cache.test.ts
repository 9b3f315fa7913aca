import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { buildFolder, cacheFolder } from '#backend/native/cache.ts';
import { useTemporary } from '../temporary.ts';

describe('backend/native/cache', () => {
  const temporary = useTemporary();
  const write = (text: string) => (folder: string) => writeFile(join(folder, 'file'), text);

  it('is where DUST3R_CACHE says, else in the user’s cache folder', () => {
    process.env['DUST3R_CACHE'] = '/one';
    process.env['XDG_CACHE_HOME'] = '/two';
    expect(cacheFolder()).toBe('/one');
    process.env['DUST3R_CACHE'] = '';
    expect(cacheFolder()).toBe('/two/dust3r-tfjs');
    delete process.env['XDG_CACHE_HOME'];
    expect(cacheFolder()).toBe(join(homedir(), '.cache', 'dust3r-tfjs'));
  });

  it('shows a folder only when it is whole', async () => {
    const folder = temporary.path('deep', 'folder');
    await buildFolder(folder, async (unfinished) => {
      expect(await readdir(temporary.path('deep'))).not.toContain('folder');
      await write('done')(unfinished);
    });
    expect(await readFile(join(folder, 'file'), 'utf8')).toBe('done');
    expect(await readdir(temporary.path('deep'))).toEqual(['folder']);
  });

  it('leaves nothing behind when building fails', async () => {
    const build = async () => Promise.reject(new Error('no space'));
    await expect(buildFolder(temporary.path('folder'), build)).rejects.toThrow('no space');
    expect(await readdir(temporary.path())).toEqual([]);
  });

  it('lets the first of two builders win', async () => {
    const folder = temporary.path('folder');
    await Promise.all(['a', 'b', 'c'].map((text) => buildFolder(folder, write(text))));
    expect(await readdir(temporary.path())).toEqual(['folder']);
    expect(['a', 'b', 'c']).toContain(await readFile(join(folder, 'file'), 'utf8'));
  });

  it('replaces a folder only when asked to', async () => {
    const folder = temporary.path('folder');
    await buildFolder(folder, write('old'));
    await buildFolder(folder, write('unasked'));
    expect(await readFile(join(folder, 'file'), 'utf8')).toBe('old');
    await buildFolder(folder, write('new'), true);
    expect(await readFile(join(folder, 'file'), 'utf8')).toBe('new');
    expect(await readdir(temporary.path())).toEqual(['folder']);
  });

  it('sweeps away what a process that was killed long ago had left, and nothing else', async () => {
    const [old, recent] = [temporary.path('folder.unfinished-1-aa'), temporary.path('folder.unfinished-2-bb')];
    for (const path of [old, recent]) await mkdir(path);
    await utimes(old, new Date('2020-01-01'), new Date('2020-01-01'));
    await buildFolder(temporary.path('folder'), write('done'));
    expect((await readdir(temporary.path())).sort()).toEqual(['folder', 'folder.unfinished-2-bb']);
  });
});
