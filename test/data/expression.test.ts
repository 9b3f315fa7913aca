import { describe, expect, it } from '@jest/globals';
import { parseMix } from '#data/expression.ts';
import { datasetsOf, mixName } from '#data/mix.ts';
import { mixTypes } from './mix-types.ts';

const parse = (text: string) => parseMix(text, mixTypes);
const only = (text: string) => {
  const [dataset] = datasetsOf(parse(text));
  if (!dataset) throw new Error('no dataset');
  return dataset;
};
const R = 'resolution=224';

describe('data/expression: parseMix', () => {
  it("reads the notation of the original's recipes", () => {
    const text = ` + 10_000 @ Rooms(1_000_000, split='train', aug_crop=16, resolution=[(512, 384), (512, 160)], transform=ColorJitter) +
      2 * Streets(length=5, city="Lund", resolution=[(512, 384), (512, 160)], transform='ImgNorm', seed=777) `;
    const mix = parse(text);
    expect(mixName(mix)).toBe('10_000 @ Rooms + 2 * Streets');
    const [rooms, streets] = datasetsOf(mix);
    expect(rooms?.values).toEqual({ length: 1e6, split: 'train' });
    expect(rooms?.common).toEqual({
      resolutions: [
        [512, 384],
        [512, 160],
      ],
      transform: 'ColorJitter',
      augCrop: 16,
      seed: null,
      depthNearest: 'centre',
    });
    expect(streets?.values).toEqual({ length: 5, city: 'Lund' });
    expect(streets?.common).toMatchObject({ transform: 'ImgNorm', augCrop: 0, seed: 777 });
  });

  it('reads a resolution as a square, a rectangle, or a list of these', () => {
    const resolutions = (text: string) => only(`Rooms(resolution=${text})`).common.resolutions;
    expect(resolutions('224')).toEqual([[224, 224]]);
    expect(resolutions('(512, 384)')).toEqual([[512, 384]]);
    expect(resolutions('[512, 384]')).toEqual([
      [512, 512],
      [384, 384],
    ]);
    expect(resolutions('[(64, 48), 32]')).toEqual([
      [64, 48],
      [32, 32],
    ]);
  });

  it("takes numbers, None, False and the parity switch where the original's notation does", () => {
    expect(only(`Rooms(${R}, aug_crop=False, seed=None, depth_nearest='corner')`).common).toMatchObject({
      augCrop: 0,
      seed: null,
      depthNearest: 'corner',
    });
  });

  it('binds * and @ tighter than +, from the left, and keeps parentheses', () => {
    const named = (text: string) => mixName(parse(text.replaceAll('R', `Rooms(${R})`)));
    expect(named('2 * R + 3 @ R + R')).toBe('2 * Rooms + 3 @ Rooms + Rooms');
    expect(named('7 @ (R + 2 * R)')).toBe('7 @ (Rooms + 2 * Rooms)');
    expect(named('2 * 3 @ R')).toBe('6 @ Rooms');
    expect(named('2 * (3 @ R)')).toBe('2 * 3 @ Rooms');
    expect(named('+ (R)')).toBe('Rooms');
  });

  it.each([
    ['', 'expected an expression such as Rooms(…, resolution=224), got none'],
    ['Room(resolution=224)', /no dataset is called Room; known: Rooms, Streets \(column 1, near 'Room/],
    ['toString(resolution=224)', /no dataset is called toString/],
    [`Rooms(${R}) + Hall(${R})`, /no dataset is called Hall; .* \(column 25, near 'Hall/],
    ['Rooms()', /Rooms: the argument resolution is missing.*column 1/],
    [
      `Rooms(${R}, splt='val')`,
      /Rooms: no argument is called splt; known: length, split, resolution, .*seed.* \(column 28,/,
    ],
    [`Rooms(${R}, split=3)`, /Rooms: split: expected a text, got 3 \(column 29,/],
    [`Rooms(5, 6, ${R})`, /Rooms: expected at most 1 arguments without name \(column 10,/],
    [`Rooms(5, length=6, ${R})`, /Rooms: the argument length is given twice \(column 7,/],
    [`Streets(${R})`, /Streets: the argument length is missing \(number of pairs\)/],
    [`Rooms(${R}, transform=Blur)`, /Rooms: transform: expected ImgNorm or ColorJitter, got "Blur" \(column 33,/],
    [`Rooms(${R}, aug_crop=-1)`, /aug_crop: expected a whole number from 0/],
    [`Rooms(${R}, aug_crop='auto')`, /aug_crop: expected a whole number from 0 to 2\^32 − 1, got "auto"/],
    [`Rooms(${R}, seed=1.5)`, /seed: expected a whole number/],
    ['Rooms(resolution=(384, 512))', /resolution: .*width ≥ height.* \(column 18,/],
    ['Rooms(resolution=[])', /resolution: the list is empty/],
    ['Rooms(resolution=[(512, 384, 3)])', /resolution: .*column 19/],
    ['Rooms(resolution=0)', /resolution: a whole number/],
    ['Rooms(resolution=224.5)', /resolution: a whole number/],
    ['Rooms', /a dataset such as Rooms\(…, resolution=224\) is expected \(column 1/],
    ['3', /a dataset such as/],
    [`0 @ Rooms(${R})`, /a whole number above 0 is expected before '@' \(column 1,/],
    [`1.5 * Rooms(${R})`, /a whole number above 0 is expected before '\*'/],
    [`Rooms(${R}) * 2`, /a whole number above 0 is expected before '\*' \(column 1,/],
    [`Rooms(${R}) @ Rooms(${R})`, /a whole number above 0 is expected before '@'/],
    [
      `Rooms(${R}) + Rooms(resolution=112)`,
      /same resolutions, but here they are \(112, 112\), and \(224, 224\) before \(column 25,/,
    ],
    [`Rooms(${R}`, /',' or '\)' is expected/],
  ])('refuses %j and says where', (text, message) => {
    expect(() => parse(text)).toThrow(message);
    expect(() => parse(text)).toThrow(SyntaxError);
  });
});
