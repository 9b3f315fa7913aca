import { describe, expect, it } from '@jest/globals';
import { frameName } from '#prepare/datasets/rgbd/source.ts';

describe('prepare/datasets/rgbd: frameName', () => {
  it.each([
    ['7.jpg', '000007'],
    ['./images/frame_00012.png', 'frame_00012'],
    ['images/left/12.jpg', 'left_000012'],
    ['../other/IMG.1.JPG', 'other_IMG.1'],
    ['1305031102.175304.png', '1305031102.175304'],
  ])('calls %s %s', (path, expected) => {
    expect(frameName(path)).toBe(expected);
  });
});
