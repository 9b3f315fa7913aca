import { type Token, tokenize } from '#notation/python-tokens.ts';
import { type DatasetTypes, parseMix } from './expression.ts';
import { datasetsOf, mixName } from './mix.ts';

/** One of the sets that a run is tested on. */
export interface TestSet {
  /** Its expression without arguments, as `1_000 @ Co3d`; a repeated name carries a number. */
  readonly name: string;
  /** An expression that `parseMix` reads. Errors in it point at the place in the whole text. */
  readonly expression: string;
}

/**
 * Splits an expression into test sets at its outermost `+` (the original splits at every `+`, pitfall 36); parentheses
 * keep a sum together as one set. Every set is checked: it must have one resolution, since tests run in order.
 * @throws SyntaxError in one line that points at the place
 */
export function parseTestSets(text: string, types: DatasetTypes): readonly TestSet[] {
  const used = new Map<string, number>();
  return splitAtSums(text).map((expression) => {
    const mix = parseMix(expression, types);
    const base = mixName(mix);
    const resolutions = datasetsOf(mix)[0]?.common.resolutions ?? [];
    if (resolutions.length > 1) {
      throw new SyntaxError(
        `test set ${base}: expected one resolution, got ${resolutions.length}; write one set for each`,
      );
    }
    const count = (used.get(base) ?? 0) + 1;
    used.set(base, count);
    return { name: count === 1 ? base : `${base} (${count})`, expression };
  });
}

/** The summands, each preceded by blanks up to its place in the text. */
function splitAtSums(text: string): string[] {
  const tokens = tokenize(text);
  let depth = 0;
  const cuts = tokens.flatMap((token, i) => {
    if (token.kind !== 'symbol') return [];
    if ('(['.includes(token.text)) depth += 1;
    if (')]'.includes(token.text)) depth -= 1;
    return token.text === '+' && depth === 0 && endsOperand(tokens[i - 1]) ? [token.at] : [];
  });
  const starts = [0, ...cuts.map((at) => at + 1)];
  return starts.map((start, i) => text.slice(0, start).replace(/[^\n]/g, ' ') + text.slice(start, cuts[i]));
}

/** A `+` after anything else is a sign. */
function endsOperand(token: Token | undefined): boolean {
  if (!token || token.kind === 'end') return false;
  return token.kind !== 'symbol' || token.text === ')' || token.text === ']';
}
