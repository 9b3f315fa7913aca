import { describe, expect, it } from '@jest/globals';
import { ProtoMessage } from '#formats/protobuf.ts';

const message = (...bytes: number[]) => new ProtoMessage(Uint8Array.from(bytes), 'frame');

describe('formats/protobuf', () => {
  it("reads the encoding guide's examples", () => {
    expect(message(0x08, 0x96, 0x01).whole(1)).toBe(150);
    expect(message(0x12, 7, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67).text(2)).toBe('testing');
    expect(message(0x1a, 3, 0x08, 0x96, 0x01).message(3).whole(1)).toBe(150);
    expect(message(0x32, 6, 3, 0x8e, 2, 0x9e, 0xa7, 5).int32s(6)).toEqual(Int32Array.of(3, 270, 86_942));
  });

  it('reads numbers that are packed and that are not alike', () => {
    const one = [0, 0, 0x80, 0x3f];
    expect(message(0x0d, ...one, 0x0a, 8, ...one, ...one).floats(1)).toEqual(Float32Array.of(1, 1, 1));
    expect(message(8, 1, 8, 2).int32s(1)).toEqual(Int32Array.of(1, 2));
  });

  it('reads negative numbers, which take ten bytes', () => {
    const minusTwo = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];
    expect(message(8, ...minusTwo).int32s(1)).toEqual(Int32Array.of(-2));
  });

  it('counts the last of several values, and gives defaults for none', () => {
    expect(message(8, 1, 8, 2).whole(1)).toBe(2);
    expect([message().whole(1), message().double(1), message().has(1)]).toEqual([0, 0, false]);
    expect(message().messages(4)).toEqual([]);
    expect(() => message().bytes(4)).toThrow('frame: expected the field 4, found none');
  });

  it.each([
    ['a field of an unknown kind', [0x0b], 'frame: damaged: no field begins at byte 0'],
    ['bytes that leave the message', [0x0a, 9, 1], 'frame: expected 9 bytes at byte 2'],
    ['a number without end', [8, ...new Array(12).fill(0xff)], 'frame: damaged: a whole number of more than 64 bits'],
  ])('refuses %s', (_, bytes, problem) => {
    expect(() => message(...bytes)).toThrow(problem);
  });

  it('tells of a field of another type', () => {
    expect(() => message(8, 1).bytes(1)).toThrow('frame: expected another type in the field 1');
    expect(() => message(8, 1).doubles(1)).toThrow('frame: expected another type in the field 1');
    expect(() => message(0x0a, 3, 1, 1, 1).floats(1)).toThrow('frame: expected another type in the field 1');
  });
});
