import { mkdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { readSequences } from '#data/published/sequence-index.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const temporary = useTemporaryFolder();
const index = () => temporary('selected_seqs_train.json');

async function read(contents: unknown) {
  await mkdir(temporary('apple/b/images'), { recursive: true });
  await writeFile(index(), JSON.stringify(contents));
  return readSequences(index(), temporary(''), 'images');
}

describe('data/published/sequence-index: readSequences', () => {
  it('lists the sequences with frames in their order', async () => {
    const sequences = await read({ banana: {}, apple: { a: [], b: [3, 1], c: [2] } });
    expect(sequences.map(({ label, frames }) => [label, frames])).toEqual([
      ['apple/b', [3, 1]],
      ['apple/c', [2]],
    ]);
    expect(sequences[0]?.folder).toBe(temporary('apple/b'));
  });

  it.each([
    [[], 'expected an object of categories'],
    [{ apple: [1, 2] }, 'apple: expected an object of sequences'],
    [{ apple: { b: 7 } }, 'apple/b: expected a list of frame numbers'],
    [{ apple: { b: [1, '2'] } }, 'apple/b: expected a list of frame numbers'],
    [{ apple: { a: [] } }, 'expected sequences with frames, found none'],
  ])('names the file for %j', async (contents, message) => {
    await expect(read(contents)).rejects.toThrow(`${index()}: ${message}`);
  });

  it('asks for the first sequence on disk', async () => {
    const folder = temporary('apple/a');
    await expect(read({ apple: { a: [1] } })).rejects.toThrow(
      `${folder}: expected a folder images/ of photographs, found no such sequence`,
    );
    await mkdir(temporary('apple/a/rgb'), { recursive: true });
    await expect(read({ apple: { a: [1] } })).rejects.toThrow('expected a folder images/ of photographs, found rgb');
  });
});
