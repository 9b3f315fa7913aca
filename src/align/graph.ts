/** An ordered pair of images. */
export interface Edge {
  readonly first: number;
  readonly second: number;
}

/** The parts of a graph that no edge connects, each sorted, in the order of their first images. */
export function connectedParts(count: number, edges: readonly Edge[]): number[][] {
  const sets = new DisjointSets(count);
  for (const { first, second } of edges) sets.join(first, second);
  const parts = new Map<number, number[]>();
  for (let image = 0; image < count; image++) {
    const root = sets.rootOf(image);
    parts.set(root, [...(parts.get(root) ?? []), image]);
  }
  return [...parts.values()];
}

/**
 * The edges of the spanning tree with the highest total score (Kruskal 1956), best first; of a graph in parts, of each
 * part. Where scores are equal, the edge that comes first in the list wins, so the same graph gives the same tree.
 */
export function spanningTree(count: number, edges: readonly Edge[], scores: readonly number[]): number[] {
  const sets = new DisjointSets(count);
  return sortByScore(scores).filter((edge) => {
    const { first, second } = edges[edge] as Edge;
    return sets.join(first, second);
  });
}

/** Indices of the scores, the highest first; equal ones in their order. */
export function sortByScore(scores: readonly number[]): number[] {
  return [...scores.keys()].sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
}

class DisjointSets {
  private readonly parents: number[];

  constructor(count: number) {
    this.parents = Array.from({ length: count }, (_, i) => i);
  }

  rootOf(item: number): number {
    let root = item;
    while (this.parents[root] !== root) root = this.parents[root] as number;
    this.parents[item] = root;
    return root;
  }

  /** Whether they were apart. */
  join(a: number, b: number): boolean {
    const [low, high] = [this.rootOf(a), this.rootOf(b)].sort((x, y) => x - y) as [number, number];
    this.parents[high] = low;
    return low !== high;
  }
}
