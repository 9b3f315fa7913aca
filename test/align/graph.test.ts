import { describe, expect, it } from '@jest/globals';
import { connectedParts, sortByScore, spanningTree } from '#align/graph.ts';

const edge = (first: number, second: number) => ({ first, second });

describe('align/graph', () => {
  it('finds the parts that no edge connects, in the order of their first images', () => {
    expect(connectedParts(6, [edge(5, 1), edge(2, 0), edge(4, 2)])).toEqual([[0, 2, 4], [1, 5], [3]]);
    expect(connectedParts(3, [edge(2, 1), edge(1, 0)])).toEqual([[0, 1, 2]]);
  });

  it('takes the edges of the highest total score that connect all, best first', () => {
    const edges = [edge(0, 1), edge(1, 2), edge(0, 2), edge(2, 3), edge(3, 0)];
    expect(spanningTree(4, edges, [5, 3, 4, 1, 2])).toEqual([0, 2, 4]);
  });

  it('takes the better of the two orders of a pair, and the earlier of equal ones', () => {
    expect(spanningTree(2, [edge(0, 1), edge(1, 0)], [1, 2])).toEqual([1]);
    expect(spanningTree(2, [edge(0, 1), edge(1, 0)], [2, 2])).toEqual([0]);
    expect(sortByScore([1, 3, 1, 3])).toEqual([1, 3, 0, 2]);
  });

  it('spans each part of a graph that is not connected', () => {
    expect(spanningTree(4, [edge(0, 1), edge(2, 3)], [1, 2])).toEqual([1, 0]);
  });
});
