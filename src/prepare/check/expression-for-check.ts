import { type DatasetTypes, parseMix } from '#data/expression.ts';
import type { Mix } from '#data/mix.ts';
import { type Token, tokenize } from '#notation/python-tokens.ts';

/** What pairs are cropped to where the expression does not say. */
const defaultResolution = 224;

/** Parses a mix of datasets as training does, but that `resolution` may be left out. @throws SyntaxError as parseMix */
export function parseForCheck(text: string, types: DatasetTypes): Mix {
  return parseMix(withResolution(text), types);
}

/** Adds a resolution to every call if none has one. */
function withResolution(text: string): string {
  const tokens = tokenize(text);
  if (tokens.some((token) => token.kind === 'name' && token.text === 'resolution')) return text;
  const open: boolean[] = [];
  let [result, copied] = ['', 0];
  tokens.forEach((token, i) => {
    const before = tokens[i - 1];
    if (isSymbol(token, '(')) open.push(before?.kind === 'name');
    if (!isSymbol(token, ')') || !open.pop()) return;
    const comma = isSymbol(before, '(') || isSymbol(before, ',') ? '' : ', ';
    result += `${text.slice(copied, token.at)}${comma}resolution=${defaultResolution}`;
    copied = token.at;
  });
  return result + text.slice(copied);
}

function isSymbol(token: Token | undefined, symbol: string): boolean {
  return token?.kind === 'symbol' && token.text === symbol;
}

/** A call as expressions write it, as `Co3d(split='train', ROOT='data')`; what is neither text nor number is left out. */
export function callText(name: string, values: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(values).flatMap(([key, value]) => {
    if (typeof value === 'string') return [`${key}='${value.replace(/[\\']/g, '\\$&')}'`];
    return typeof value === 'number' ? [`${key}=${value}`] : [];
  });
  return `${name}(${given.join(', ')})`;
}
