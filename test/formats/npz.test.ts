import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { npzArray, readNpz } from '#formats/npz.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { fixture, fixturePath } from './fixtures.ts';

const temporary = useTemporaryFolder();
const pose = Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1);

describe('formats/npz', () => {
  it.each(['stored', 'deflated'])('reads the arrays that NumPy has %s', async (name) => {
    const { zeros, ...arrays } = Object.fromEntries(await readNpz(fixturePath(`${name}.npz`)));
    expect(arrays).toEqual({
      camera_pose: { values: pose, shape: [4, 4] },
      maximum_depth: { values: Float32Array.of(7.5), shape: [] },
      images: { values: ['a.jpg', 'bb.jpg'], shape: [2] },
    });
    expect(zeros?.shape).toEqual(name === 'deflated' ? [5000] : undefined);
  });

  it('reads no more than what is asked for', async () => {
    const path = fixturePath('objects.npz');
    const arrays = await readNpz(path, { names: ['numbers'] });
    expect([...arrays.keys()]).toEqual(['numbers']);
    expect(npzArray(path, arrays, 'numbers').shape).toEqual([3]);
    expect(() => npzArray(path, arrays, 'pairs')).toThrow(`${path}: expected an array named pairs, found numbers`);
  });

  it.each([
    ['stored.npz', { names: ['pairs'] }, 'expected an array named pairs, found camera_pose, maximum_depth, images'],
    ['objects.npz', {}, 'objects: expected numbers or text, found Python objects (a pickle), which are never run'],
    ['stored.npz', { maxBytes: 100 }, 'camera_pose: it has 192 bytes, over 100'],
    ['big.pfm', {}, 'a zip archive has a directory at its end'],
  ])('refuses %s with %p', async (name, options, message) => {
    await expect(readNpz(fixturePath(name), options)).rejects.toThrow(`${fixturePath(name)}: ${message}`);
  });

  it('names a missing file', async () => {
    await expect(readNpz('no/metadata.npz')).rejects.toThrow('no/metadata.npz: no such file');
  });

  it('takes no memory for what a deflated array cannot become', async () => {
    const bytes = Buffer.from(fixture('deflated.npz'));
    const record = bytes.indexOf('PK\x01\x02', 0, 'latin1');
    bytes.writeUInt32LE(2 ** 30, record + 24);
    await writeFile(temporary('forged.npz'), bytes);
    await expect(readNpz(temporary('forged.npz'))).rejects.toThrow('camera_pose: it has 1073741824 bytes, over');
  });

  it('stops when it is told to', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(readNpz(fixturePath('stored.npz'), { signal })).rejects.toThrow('enough');
  });
});
