import { expect, it } from '@jest/globals';
import { parsePythonJson } from '#formats/python-json.ts';

it('reads the numbers that JSON has not as null', () => {
  const text = '{"a": [NaN, -Infinity, 1], "b": Infinity, "c": "NaN"}';
  expect(parsePythonJson(text, 'a.json')).toEqual({ a: [null, null, 1], b: null, c: 'NaN' });
});

it('names what is no JSON', () => {
  expect(() => parsePythonJson('{', 'a.json')).toThrow(/^a\.json: no valid JSON \(/);
});
