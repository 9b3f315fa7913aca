import { describe, expect, it } from '@jest/globals';
import { parseTestSets } from '#data/test-sets.ts';
import { mixTypes } from './mix-types.ts';

const R = 'Rooms(resolution=32)';
const S = "Streets(5, city='a + b', resolution=32)";
const namesOf = (text: string) => parseTestSets(text, mixTypes).map(({ name }) => name);

describe('data/test-sets: parseTestSets', () => {
  it('splits at the outermost + only, and trims the names', () => {
    expect(namesOf(` ${R} + 1_000 @ ${S} `)).toEqual(['Rooms', '1_000 @ Streets']);
    expect(namesOf(`+ ${R}`)).toEqual(['Rooms']);
    expect(namesOf(`(${R} + ${S}) + ${R}`)).toEqual(['Rooms + Streets', 'Rooms']);
    expect(namesOf(`5 @ (${R} + ${S})`)).toEqual(['5 @ (Rooms + Streets)']);
    expect(namesOf(`2 * + ${R}`)).toEqual(['2 * Rooms']);
  });

  it('numbers repeated names', () => {
    expect(namesOf(`${R} + ${S} + ${R} + ${R}`)).toEqual(['Rooms', 'Streets', 'Rooms (2)', 'Rooms (3)']);
  });

  it('gives sets other resolutions, each of them one', () => {
    expect(namesOf(`${R} + Rooms(resolution=(64, 32))`)).toEqual(['Rooms', 'Rooms (2)']);
    expect(() => namesOf(`Rooms(resolution=[32, 64])`)).toThrow('test set Rooms: expected one resolution, got 2');
  });

  it('points at mistakes by their place in the whole text', () => {
    expect(() => namesOf(`${R} + Halls(resolution=32)`)).toThrow(
      /no dataset is called Halls; .* \(column 24, near 'Halls/,
    );
    expect(() => namesOf(`${R}\n + Halls(resolution=32)`)).toThrow(/\(line 2, column 4, near 'Halls/);
    expect(() => namesOf(`${R} +`)).toThrow(/expected an expression|a value is expected/);
  });
});
