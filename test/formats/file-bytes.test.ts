import { describe, expect, it } from '@jest/globals';
import { readFileBytes } from '#formats/file-bytes.ts';
import { fixture, fixturePath } from './fixtures.ts';

describe('formats/file-bytes', () => {
  it('reads a file whole', async () => {
    expect(await readFileBytes(fixturePath('big.pfm'))).toEqual(fixture('big.pfm'));
  });

  it.each([
    ['no-such.pfm', {}, 'no-such.pfm: no such file'],
    ['exr', {}, 'exr: expected a file, found something that is no regular file'],
    ['big.pfm', { maxBytes: 10 }, 'big.pfm: expected at most 10 bytes, found 156'],
  ])('refuses %s with %p', async (name, options, message) => {
    await expect(readFileBytes(fixturePath(name), options)).rejects.toThrow(message);
  });

  it('stops when it is told to', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(readFileBytes(fixturePath('big.pfm'), { signal })).rejects.toThrow('enough');
  });
});
