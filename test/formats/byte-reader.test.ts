import { describe, expect, it } from '@jest/globals';
import { ByteReader } from '#formats/byte-reader.ts';

const reader = (...bytes: number[]) => new ByteReader(Uint8Array.from(bytes), 'a.bin');

describe('formats/byte-reader', () => {
  it('reads little-endian numbers one after another', () => {
    const numbers = reader(1, 2, 3, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 1, 0, 0, 0);
    expect([numbers.u8(), numbers.u16(), numbers.i32(), numbers.u64(), numbers.remaining]).toEqual([
      1,
      0x0302,
      -1,
      2 ** 32,
      0,
    ]);
  });

  it('reads text up to its zero byte', () => {
    const text = reader(0x61, 0xc3, 0xbc, 0, 7);
    expect(text.zeroEnded()).toBe('aü');
    expect(text.u8()).toBe(7);
  });

  it('names the file where bytes are missing', () => {
    expect(() => reader(1, 2, 3).u32()).toThrow(
      'a.bin: expected 4 bytes at byte 0, found the end at 3; is it cut short?',
    );
    expect(() => reader(1, 2).take(2 ** 60)).toThrow('a.bin: expected');
    expect(() => reader(1, 2).take(-1)).toThrow('a.bin: expected');
    expect(() => reader(0x61, 0x62).zeroEnded()).toThrow('a.bin: expected text of at most 255 bytes at byte 0');
  });

  it('gives a part a reader that cannot leave it', () => {
    const whole = reader(1, 2, 3);
    const part = whole.part(2);
    expect(part.u16()).toBe(0x0201);
    expect(() => part.u8()).toThrow('the end at 2');
    expect(whole.u8()).toBe(3);
  });
});
