import { describe, expect, it } from '@jest/globals';
import { fileName } from '#viewer/page/save-picture.ts';

describe('viewer/page/save-picture: fileName', () => {
  it('keeps letters and digits of any language, and nothing that a file system minds', () => {
    expect(['a.jpg + b.jpg', 'Büro № 3', '../../etc', '???'].map(fileName)).toEqual([
      'a-jpg-b-jpg',
      'Büro-3',
      'etc',
      'scene',
    ]);
  });
});
