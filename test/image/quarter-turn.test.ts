import { describe, expect, it } from '@jest/globals';
import { turnImage, turnMap } from '#image/quarter-turn.ts';

const map = { width: 3, height: 2, values: Uint16Array.of(1, 2, 3, 4, 5, 6) };

describe('image/quarter-turn', () => {
  it('turns clockwise', () => {
    expect(turnMap(map, 0)).toEqual(map);
    expect(turnMap(map, 1)).toEqual({ width: 2, height: 3, values: Uint16Array.of(4, 1, 5, 2, 6, 3) });
    expect(turnMap(map, 2)).toEqual({ width: 3, height: 2, values: Uint16Array.of(6, 5, 4, 3, 2, 1) });
    expect(turnMap(map, 3)).toEqual({ width: 2, height: 3, values: Uint16Array.of(3, 6, 2, 5, 1, 4) });
  });

  it('moves pixels with all their channels', () => {
    const data = Uint8Array.from([...map.values].flatMap((value) => [value, 10 * value, 20 * value]));
    const turned = turnImage({ width: 3, height: 2, data }, 1);
    expect([turned.width, turned.height]).toEqual([2, 3]);
    expect([...turned.data]).toEqual([4, 1, 5, 2, 6, 3].flatMap((value) => [value, 10 * value, 20 * value]));
  });
});
