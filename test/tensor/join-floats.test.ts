import { expect, it } from '@jest/globals';
import { joinFloats } from '#tensor/join-floats.ts';

it('puts arrays one after the other', () => {
  expect(joinFloats([])).toEqual(new Float32Array());
  expect(joinFloats([Float32Array.of(1, 2), new Float32Array(), Float32Array.of(3)])).toEqual(Float32Array.of(1, 2, 3));
});
