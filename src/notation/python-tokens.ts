export type Token =
  | { readonly kind: 'name' | 'symbol'; readonly text: string; readonly at: number }
  | { readonly kind: 'number'; readonly value: number; readonly at: number }
  | { readonly kind: 'string'; readonly value: string; readonly at: number }
  | { readonly kind: 'end'; readonly at: number };

const maxLength = 20_000;
const blank = /[ \t\r\n]*/y;
const name = /[A-Za-z_][A-Za-z0-9_]*/y;
const number = /(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?/y;
const symbol = /[()[\],=+\-*@]/y;
const string = /'(?:[^'\\\n]|\\[^\n])*'|"(?:[^"\\\n]|\\[^\n])*"/y;
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"' };

/** Splits Python-call notation into tokens, the last of which is of kind 'end'. */
export function tokenize(text: string): readonly Token[] {
  if (text.length > maxLength) {
    throw new SyntaxError(`Python notation: at most ${maxLength} characters are read, got ${text.length}`);
  }
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at += match(blank, text, at).length;
    if (at === text.length) return [...tokens, { kind: 'end', at }];
    const [token, length] = tokenAt(text, at);
    tokens.push(token);
    at += length;
  }
}

/** A syntax error that says where: "expected ')' at column 12 near 'foo(…'". */
export function syntaxError(problem: string, text: string, at: number): SyntaxError {
  const before = text.slice(0, at).split('\n');
  const column = (before.at(-1) as string).length + 1;
  const line = before.length > 1 ? `line ${before.length}, ` : '';
  const near = at < text.length ? `near '${text.slice(at, at + 24).split('\n')[0]}'` : 'at the end';
  return new SyntaxError(`Python notation: ${problem} (${line}column ${column}, ${near})`);
}

function tokenAt(text: string, at: number): readonly [Token, number] {
  const word = match(name, text, at);
  if (word) return [{ kind: 'name', text: word, at }, word.length];
  const digits = match(number, text, at);
  if (digits) return [numberToken(digits, text, at), digits.length];
  const quoted = match(string, text, at);
  if (quoted) return [{ kind: 'string', value: unquote(quoted), at }, quoted.length];
  const sign = match(symbol, text, at);
  if (sign) return [{ kind: 'symbol', text: sign, at }, 1];
  throw syntaxError(/['"]/.test(text[at] as string) ? 'a string is not closed' : 'unexpected character', text, at);
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

function numberToken(digits: string, text: string, at: number): Token {
  name.lastIndex = at + digits.length;
  if (name.test(text)) throw syntaxError('a number runs into a name', text, at);
  return { kind: 'number', value: Number(digits.replaceAll('_', '')), at };
}

/** As in Python, a backslash before a character that needs none stays in the string. */
function unquote(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\(.)/g, (whole, character: string) => escapes[character] ?? whole);
}
