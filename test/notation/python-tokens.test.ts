import { describe, expect, it } from '@jest/globals';
import { syntaxError, tokenize } from '#notation/python-tokens.ts';

const values = (text: string) => tokenize(text).map((token) => ('value' in token ? token.value : token.kind));

describe('notation/python-tokens: tokenize', () => {
  it('reads numbers as Python spells them', () => {
    expect(values('1 1_000 0.5 .5 2. 1e-6 1_0.5E+2')).toEqual([1, 1000, 0.5, 0.5, 2, 1e-6, 1050, 'end']);
  });

  it('keeps a backslash that escapes nothing, as Windows paths have', () => {
    expect(values(String.raw`'C:\data' "it's" 'a\nb\\\''`)).toEqual(['C:\\data', "it's", "a\nb\\'", 'end']);
  });

  it('ends with an end token at the end of the text', () => {
    expect(tokenize(' a ')).toEqual([
      { kind: 'name', text: 'a', at: 1 },
      { kind: 'end', at: 3 },
    ]);
  });

  it.each([
    ["f('abc", 'a string is not closed'],
    ['a $ b', 'unexpected character'],
    ['12abc', 'a number runs into a name'],
    ['a.b', 'unexpected character'],
    ['x'.repeat(20_001), 'at most 20000 characters'],
  ])('refuses %.20s', (text, message) => {
    expect(() => tokenize(text)).toThrow(message);
  });

  it('reads the longest allowed text at once', () => {
    const started = performance.now();
    expect(tokenize(`'${'\\'.repeat(19_998)}'`)).toHaveLength(2);
    expect(() => tokenize(`'${'\\a'.repeat(9_999)}`)).toThrow('a string is not closed');
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe('notation/python-tokens: syntaxError', () => {
  it('counts lines and columns from one', () => {
    expect(syntaxError('bad', 'ab\ncd', 4).message).toBe("Python notation: bad (line 2, column 2, near 'd')");
    expect(syntaxError('bad', 'ab', 2).message).toBe('Python notation: bad (column 3, at the end)');
  });
});
