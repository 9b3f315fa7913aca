import { describe, expect, it } from '@jest/globals';
import { toHex } from '#viewer/page/background.ts';

describe('viewer/page/background: toHex', () => {
  it('writes a computed colour as a colour input wants it', () => {
    expect(['rgb(25, 26, 28)', 'rgb(0, 255, 7)'].map(toHex)).toEqual(['#191a1c', '#00ff07']);
  });
});
