import { describe, expect, it } from '@jest/globals';
import { parseLenientJson } from '#weights/lenient-json.ts';

const parse = (text: string) => parseLenientJson(text, 'config.json');

describe('weights/lenient-json: parseLenientJson', () => {
  it.each(['{"a": [1, -2.5e3, true, null, "x\\u00e9\\n"], "b": {}}', '[]', ' "a" ', '-0', '1E5', '{"a":{"a":[[]]}}'])(
    'reads %s as JSON.parse does',
    (text) => {
      expect(parse(text)).toEqual(JSON.parse(text));
    },
  );

  it("reads Python's infinities and NaN", () => {
    expect(parse('{"depth_mode": ["exp", -Infinity, Infinity], "x": NaN}')).toEqual({
      depth_mode: ['exp', -Infinity, Infinity],
      x: Number.NaN,
    });
  });

  it('skips a byte order mark', () => {
    expect(parse('\uFEFF1')).toBe(1);
  });

  it('keeps a key "__proto__" as a plain key', () => {
    expect(Object.keys(parse('{"__proto__": {"a": 1}}') as object)).toEqual(['__proto__']);
  });

  it.each([
    ['', 'config.json: a value is expected (line 1, column 1, at the end)'],
    ['{"a": 1,\n "b" 2}', 'config.json: \':\' is expected (line 2, column 6, near "2}")'],
    ['{"a": 1, "a": 2}', 'the key "a" comes twice (line 1, column 10'],
    ['[1, 2', "',' or ']' is expected"],
    ['[1 2]', "',' or ']' is expected (line 1, column 4"],
    ['[1,]', 'a value is expected (line 1, column 4'],
    ['{"a": 1,}', 'a string is expected (line 1, column 9'],
    ["{'a': 1}", 'a string is expected'],
    ['"a\nb"', 'a string is expected'],
    ['"\\x"', 'a string is expected'],
    ['1 2', 'nothing is expected after the value'],
    ['01', 'nothing is expected after the value'],
    ['undefined', 'a value is expected'],
  ])('refuses %j and says where', (text, message) => {
    expect(() => parse(text)).toThrow(message);
    expect(() => parse(text)).toThrow(SyntaxError);
  });

  it('bounds the depth, and reads long texts in time', () => {
    expect(() => parse('['.repeat(100_000))).toThrow('nested deeper than 64');
    expect(() => parse(`"${'a'.repeat(2 ** 23)}`)).toThrow('a string is expected');
    expect((parse(`"${'a\\n'.repeat(2 ** 20)}"`) as string).length).toBe(2 ** 21);
  });
});
