import type { EvalPair, EvalScene } from './method.ts';

/** Where pairs and scenes with their truth come from; one is read at a time. */
export interface EvalSource {
  /** The folder, or the expression. */
  readonly name: string;
  readonly hasDepth: boolean;
  /** How pairs and scenes were chosen, for the report. */
  readonly choice: Readonly<Record<string, string | number>>;
  /** One line each. */
  readonly notes: readonly string[];
  readonly pairCount: number;
  readonly sceneCount: number;
  /** @throws BrokenSampleError if its files cannot be read: the pair is then left out, and told of */
  pair(index: number): Promise<EvalPair>;
  /** @throws BrokenSampleError as above */
  scene(index: number): Promise<EvalScene>;
}
