import { describe, expect, it } from '@jest/globals';
import { type PickleHost, unpickle } from '#weights/torch-pickle.ts';
import { pickle } from './torch-fixtures.ts';

const host: PickleHost = {
  findGlobal: (name) => ({ name, call: (args) => ({ called: name, args }) }),
  loadPersistent: (id) => ({ id }),
};
const read = (...parts: (string | number)[]) => unpickle(pickle(0x80, 2, ...parts, '.'), 0, host).value;

describe('weights/torch-pickle: unpickle', () => {
  it('reads constants, numbers and texts', () => {
    expect(read('N')).toBeNull();
    expect(read('(', 0x88, 0x89, 'K', 200, 'M', 1, 2, 'J', 255, 255, 255, 255, 't')).toEqual([
      true,
      false,
      200,
      513,
      -1,
    ]);
    expect(read('G', 0x3f, 0xf8, 0, 0, 0, 0, 0, 0)).toBe(1.5);
    expect(read(0x8a, 0)).toBe(0);
    expect(read(0x8a, 2, 0, 0xff)).toBe(-256);
    expect(read(0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1)).toBe(2n ** 64n);
    expect(read('X', 3, 0, 0, 0, 'a', 0xc3, 0xa9)).toBe('aé');
    expect(read(0x8c, 1, 'a')).toBe('a');
    expect(read('C', 2, 1, 2)).toEqual(Uint8Array.of(1, 2));
  });

  it('builds lists, tuples and dicts', () => {
    expect(read('](K', 1, 'K', 2, 'eK', 3, 'a')).toEqual([1, 2, 3]);
    expect(read('}(K', 1, 'K', 2, 'uK', 3, 'Ns')).toEqual(
      new Map<unknown, unknown>([
        [1, 2],
        [3, null],
      ]),
    );
    expect(read(')K', 1, 0x85, 'K', 1, 'K', 2, 0x86, 0x87)).toEqual([[], [1], [1, 2]]);
    expect(read('K', 1, 'K', 2, 'K', 3, 0x87)).toEqual([1, 2, 3]);
  });

  it('keeps what is shared shared', () => {
    const [first, second] = read(']q', 0, 'h', 0, 0x86) as unknown[];
    expect(first).toBe(second);
    const [third, fourth] = read(']', 0x94, 'h', 0, 0x86) as unknown[];
    expect(third).toBe(fourth);
  });

  it('asks the host what globals, calls and references are', () => {
    expect(read('cos\npath\n')).toMatchObject({ name: 'os.path' });
    expect(read('cos\nf\nK', 1, 0x85, 'R')).toEqual({ called: 'os.f', args: [1] });
    expect(read(0x8c, 1, 'a', 0x8c, 1, 'b', 0x93, ')', 0x81)).toEqual({ called: 'a.b', args: [] });
    expect(read('K', 7, 'Q')).toEqual({ id: 7 });
  });

  it('tells where the pickle ends', () => {
    expect(unpickle(pickle('NN.', 'rest'), 1, host)).toEqual({ value: null, end: 3 });
  });

  it('does not reach below a mark', () => {
    expect(() => read('K', 1, '(0')).toThrow('pickle at byte 6: the stack is empty');
  });

  it('stops after a million operations', () => {
    const started = performance.now();
    expect(() => unpickle(new Uint8Array(3e7).fill('N'.charCodeAt(0)), 0, host)).toThrow(
      'more than 1000000 operations',
    );
    expect(() => unpickle(new Uint8Array(3e7).fill('}'.charCodeAt(0)), 0, host)).toThrow(
      'more than 1000000 operations',
    );
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it.each<[string, (string | number)[], string]>([
    ['a text that is not UTF-8', [0x8c, 1, 0xff], 'a text is not UTF-8'],
    ['a text beyond the end', ['X', 0xff, 0xff, 0xff, 0xff], 'it ends too early'],
    ['a global without a name', ['K', 1, 'K', 2, 0x93], 'a global must have a name'],
    ['a line without an end', [`c${'x'.repeat(300)}`], 'a line has no end within 256 bytes'],
    ['arguments that are no tuple', ['cos\nf\nK', 1, 'R'], 'arguments must be a tuple'],
    ['items of a list', [']NNs'], 'only a dict can take items'],
    ['an odd number of items', ['}(Nu'], 'only a dict can take items'],
  ])('refuses %s', (_, parts, message) => {
    expect(() => read(...parts)).toThrow(message);
  });

  it('refuses a pickle without an end', () => {
    expect(() => unpickle(pickle('N'), 0, host)).toThrow('it ends too early; was the download cut short?');
  });
});
