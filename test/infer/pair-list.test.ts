import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { bothOrders, parsePairList, readPairList } from '#infer/pair-list.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const temporary = useTemporaryFolder();
const names = ['photos/a.jpg', 'photos/b c.jpg', 'other/b.png', '7'];

describe('infer/pair-list: parsePairList', () => {
  const parse = (text: string) => parsePairList(text, names, 'pairs.txt');

  it('reads names, paths and indices, parted by blanks, tabs or commas', () => {
    const text = '# the office\n\na.jpg b.png\r\nphotos/b c.jpg, 0\nother/b.png\tb c.jpg\n2 1';
    expect(parse(text)).toEqual([
      [0, 2],
      [1, 0],
      [2, 1],
      [2, 1],
    ]);
  });

  it('takes a number as a name where there is one', () => {
    expect(parse('7 0')).toEqual([[3, 0]]);
  });

  it.each([
    [
      'an unknown name',
      'a.jpg z.jpg',
      'pairs.txt, line 1: expected the name of an image or an index below 4, got z.jpg',
    ],
    ['an index too high', '0 1\n0 4', 'pairs.txt, line 2: expected the name of an image or an index below 4, got 4'],
    [
      'three items',
      'a.jpg b c.jpg',
      "line 1: expected two images, got 'a.jpg b c.jpg'; part names that have blanks by",
    ],
    ['one image twice', '\n1 1', 'pairs.txt, line 2: expected two images, got photos/b c.jpg twice'],
    ['nothing', '# empty\n', 'pairs.txt: expected a pair on each line, found none'],
  ])('refuses %s', (_, text, message) => {
    expect(() => parse(text)).toThrow(message);
  });

  it('refuses a file name that two images have', () => {
    const parseTwo = () => parsePairList('a.jpg 2', ['x/a.jpg', 'y/a.jpg', 'z/b.jpg'], 'pairs.txt');
    expect(parseTwo).toThrow('line 1: 2 images are named a.jpg; give the index instead');
  });
});

describe('infer/pair-list: readPairList', () => {
  it('reads a file, and names one that is missing or none', async () => {
    await writeFile(temporary('pairs.txt'), '0 1\n');
    expect(await readPairList(temporary('pairs.txt'), names)).toEqual([[0, 1]]);
    await expect(readPairList(temporary('no.txt'), names)).rejects.toThrow('no.txt: no such list of pairs');
    await expect(readPairList(temporary(''), names)).rejects.toThrow('expected a text file with a pair on each line');
  });
});

describe('infer/pair-list: bothOrders', () => {
  it('gives every pair and its reverse once, sorted, and none of an image with itself', () => {
    const pairs = [
      [2, 0],
      [1, 1],
      [0, 2],
      [0, 1],
    ] as const;
    expect(bothOrders(pairs)).toEqual([
      [0, 1],
      [0, 2],
      [1, 0],
      [2, 0],
    ]);
  });
});
