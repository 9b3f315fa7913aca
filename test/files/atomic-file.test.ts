import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { writeAtomically, writeFileAtomically, writeFully } from '#files/atomic-file.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'write-file-'));
});
afterEach(() => rm(folder, { recursive: true }));

const bytes = Uint8Array.of(1, 2, 3);

function* failing(error: Error): Generator<Uint8Array> {
  yield bytes;
  throw error;
}

describe('files/atomic-file: writeFileAtomically', () => {
  it.each([
    ['text', 'abc', Buffer.from('abc')],
    ['bytes', bytes, Buffer.from(bytes)],
    ['chunks', [bytes, new Uint8Array(0), bytes], Buffer.of(1, 2, 3, 1, 2, 3)],
  ])('writes %s and leaves nothing else behind', async (_, content, expected) => {
    await writeFileAtomically(join(folder, 'out'), content);
    expect(await readFile(join(folder, 'out'))).toEqual(expected);
    expect(await readdir(folder)).toEqual(['out']);
  });

  it('replaces a file', async () => {
    await writeFileAtomically(join(folder, 'out'), 'old');
    await writeFileAtomically(join(folder, 'out'), 'new');
    expect(await readFile(join(folder, 'out'), 'utf8')).toBe('new');
  });

  it('keeps the old file and removes the unfinished one when the content fails', async () => {
    await writeFile(join(folder, 'out'), 'old');
    const broken = new RangeError('the points ran out');
    await expect(writeFileAtomically(join(folder, 'out'), failing(broken))).rejects.toBe(broken);
    expect(await readdir(folder)).toEqual(['out']);
    expect(await readFile(join(folder, 'out'), 'utf8')).toBe('old');
  });

  it.each([
    ['ENOSPC', 'the disk is full; free some space or write elsewhere (ENOSPC)'],
    ['EACCES', 'no permission to write into'],
    ['EROFS', 'the file system is read-only (EROFS)'],
  ])('explains %s in one line that names the file', async (code, reason) => {
    const path = join(folder, 'out');
    const failure = Object.assign(new Error(`${code}: write`), { code });
    const message = await writeFileAtomically(path, failing(failure)).catch((error: Error) => error.message);
    expect(message).toContain(`${path}: cannot be written: ${reason}`);
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses a missing folder, a file as folder, and to replace what is no regular file', async () => {
    await writeFile(join(folder, 'file'), '');
    await mkdir(join(folder, 'taken'));
    await symlink('/dev/null', join(folder, 'device'));
    const write = (name: string) => writeFileAtomically(join(folder, name), 'x');
    await expect(write('none/out')).rejects.toThrow(`the folder ${join(folder, 'none')} does not exist`);
    await expect(write('file/out')).rejects.toThrow(`${join(folder, 'file')} is not a folder`);
    await expect(write('taken')).rejects.toThrow('it exists and is no regular file');
    await expect(write('device')).rejects.toThrow('it exists and is no regular file');
    expect((await readdir(folder)).sort()).toEqual(['device', 'file', 'taken']);
  });
});

describe('files/atomic-file: writeAtomically', () => {
  it('shows the new file only when it is complete', async () => {
    const path = join(folder, 'out');
    await writeFile(path, 'old');
    await writeAtomically(path, async (handle) => {
      await writeFully(handle, Buffer.from('new'));
      expect(await readFile(path, 'utf8')).toBe('old');
    });
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(await readdir(folder)).toEqual(['out']);
  });
});
