import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { lockFolder } from '#train/lock.ts';

const temporary = useTemporaryFolder();

async function folderWith(name: string, lock?: string): Promise<string> {
  await mkdir(temporary(name));
  if (lock !== undefined) await writeFile(join(temporary(name), 'lock'), lock);
  return temporary(name);
}

describe('train/lock: lockFolder', () => {
  it('holds a folder until it is given free', async () => {
    const folder = await folderWith('held');
    const release = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toThrow(`${folder}: process ${process.pid} is training in it`);
    await release();
    await (await lockFolder(folder))();
    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });

  it.each([
    ['of a dead process', JSON.stringify({ pid: spawnSync('true').pid, host: hostname(), birth: null })],
    ['of an earlier process of the same number', JSON.stringify({ pid: process.pid, host: hostname(), birth: '1' })],
    ['that was cut off', '{"pid": 1'],
    ['that is empty', ''],
  ])('takes over a lock %s', async (name, lock) => {
    const folder = await folderWith(name, lock);
    const release = await lockFolder(folder);
    expect(JSON.parse(await readFile(join(folder, 'lock'), 'utf8'))).toMatchObject({ pid: process.pid });
    expect(await readdir(folder)).toEqual(['lock']);
    await release();
  });

  it('does not take the lock of another machine, and names it and the way out', async () => {
    const folder = await folderWith('far', JSON.stringify({ pid: 1, host: 'elsewhere', birth: null }));
    const message = `process 1 on elsewhere is training in it; name another --output-dir, or remove ${folder}/lock`;
    await expect(lockFolder(folder)).rejects.toThrow(message);
  });

  it('lets one of many that come at once have it', async () => {
    const folder = await folderWith(
      'many',
      JSON.stringify({ pid: spawnSync('true').pid, host: hostname(), birth: null }),
    );
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});
