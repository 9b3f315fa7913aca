import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { expectFreeFolder, recordFiles, recordName, removeOlderFiles, type Writer } from '#cli/output-folder.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const temporary = useTemporaryFolder();

async function write(folder: string, names: readonly string[], writer?: Writer): Promise<void> {
  const paths = names.map((name) => temporary(`${folder}/${name}`));
  for (const path of paths) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, 'text');
  }
  if (writer) await recordFiles(temporary(folder), writer, paths);
}

describe('cli/output-folder: expectFreeFolder', () => {
  it('takes a folder that is missing, empty, or has the same command’s files only', async () => {
    await expectFreeFolder(temporary('missing'), {});
    await mkdir(temporary('empty/deep'), { recursive: true });
    await expectFreeFolder(temporary('empty'), {});
    await write('own', ['scene.json', 'view-0/depth.npy'], 'infer');
    await expectFreeFolder(temporary('own'), { writer: 'infer' });
  });

  it('refuses files of the user and of another command, by name, unless it may overwrite', async () => {
    await write('mixed', ['scene.json', 'view-0/depth.npy'], 'infer');
    const use = (writer?: Writer) => expectFreeFolder(temporary('mixed'), { writer });
    await expect(use('reconstruct')).rejects.toThrow('the folder has files already, such as scene.json; name another');
    await expect(use()).rejects.toThrow('or give --overwrite');
    await write('mixed', ['view-0/mine.txt']);
    await expect(use('infer')).rejects.toThrow('such as view-0/mine.txt');
    await expectFreeFolder(temporary('mixed'), { writer: 'infer', overwrite: true });
  });

  it('refuses a place that takes no entries', async () => {
    const isProc = await readdir('/proc/self').catch(() => undefined);
    if (isProc)
      await expect(expectFreeFolder('/proc/dust3r', {})).rejects.toThrow('nothing can be written into /proc (');
    await expectFreeFolder(temporary('not/yet'), {});
    expect(await readdir(temporary(''))).not.toContain('not');
  });

  it('looks at what is going to be written only, where that is named', async () => {
    await write('exported', ['colmap/images/a.jpg'], 'export');
    await write('exported', ['photo.jpg', 'scene.ply']);
    const use = (...targets: string[]) => expectFreeFolder(temporary('exported'), { writer: 'export' }, targets);
    await use('colmap', 'mesh.glb');
    await expect(use('colmap', 'scene.ply')).rejects.toThrow(
      'exported: scene.ply is there already; name another folder',
    );
  });
});

describe('cli/output-folder: removeOlderFiles', () => {
  it('takes away what the commands wrote, and nothing else', async () => {
    await write('older', ['scene.json', 'view-0/depth.npy', 'view-1/depth.npy'], 'reconstruct');
    await write('older', ['mesh.glb'], 'export');
    await write('older', ['view-1/mine.txt', 'index.html']);
    await removeOlderFiles(temporary('older'), ['infer', 'reconstruct']);
    expect((await readdir(temporary('older'))).sort()).toEqual([recordName, 'index.html', 'mesh.glb', 'view-1']);
    expect(await readdir(temporary('older/view-1'))).toEqual(['mine.txt']);
  });

  it('never leaves the folder, whatever the record says', async () => {
    await write('outside', ['kept.txt']);
    await write('forged', ['own.txt']);
    const names = ['../outside/kept.txt', temporary('outside/kept.txt'), 'a/../../outside/kept.txt', 3, 'own.txt'];
    await writeFile(temporary(`forged/${recordName}`), JSON.stringify({ infer: names }));
    await removeOlderFiles(temporary('forged'), ['infer']);
    expect([await readdir(temporary('outside')), await readdir(temporary('forged'))]).toEqual([['kept.txt'], []]);
    await writeFile(temporary(`forged/${recordName}`), 'no JSON');
    await removeOlderFiles(temporary('forged'), ['infer']);
    await removeOlderFiles(temporary('nowhere'), ['infer']);
  });
});
