import { describe, expect, it } from '@jest/globals';
import { fileNames } from '#export/file-names.ts';

describe('export/file-names: fileNames', () => {
  it('keeps plain names, and the last part of paths', () => {
    expect(fileNames(['a.jpg', 'some/folder/Ünï_b.JPG', 'c'])).toEqual(['a.jpg', 'Ünï_b.JPG', 'c']);
  });

  it('replaces white space, line ends and what a file system or a page refuses', () => {
    expect(fileNames(['my photo\n(1).jpg', 'a:b*"c".png', 'x\0y.jpg', '50%#1.jpg'])).toEqual([
      ...['my_photo_(1).jpg', 'a_b__c_.png', 'x_y.jpg', '50__1.jpg'],
    ]);
  });

  it('tells equal names apart, also on file systems that ignore case', () => {
    expect(fileNames(['x/a.jpg', 'y/a.jpg', 'z/A.JPG', 'a-2.jpg'])).toEqual([
      'a.jpg',
      'a-2.jpg',
      'A-3.JPG',
      'a-2-2.jpg',
    ]);
  });

  it('never leaves a folder, hides a file or gets long', () => {
    expect(fileNames(['..', '', '.hidden.png', '../../../etc/passwd', '/'])).toEqual([
      ...['view-0', 'view-1', 'hidden.png', 'passwd', 'view-4'],
    ]);
    expect(fileNames([`${'x'.repeat(500)}.jpg`])[0]).toHaveLength(104);
  });

  it('gives all one extension if told to', () => {
    expect(fileNames(['a.jpg', 'b.c.jpg', 'a.png'], '.npy')).toEqual(['a.npy', 'b.c.npy', 'a-2.npy']);
  });
});
