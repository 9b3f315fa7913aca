/** What JSON holds, with the infinities and NaN that Python's json module writes. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

const maxDepth = 64;
const space = /[ \t\r\n]*/y;
const string = /"[^"\\]*(?:\\.[^"\\]*)*"/sy;
const literal = /-?Infinity|NaN|true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const constants: ReadonlyMap<string, JsonValue> = new Map<string, JsonValue>([
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['NaN', Number.NaN],
  ['true', true],
  ['false', false],
  ['null', null],
]);

/**
 * Reads JSON in which numbers may be the bare words Infinity, -Infinity and NaN, as Python writes them.
 * Stricter than JSON.parse in one thing: a key that comes twice is an error.
 * @param source named in errors, e.g. the file's path
 * @throws SyntaxError with the line and column
 */
export function parseLenientJson(text: string, source: string): JsonValue {
  const reader = new Reader(text.startsWith('\uFEFF') ? text.slice(1) : text, source);
  const value = reader.value(0);
  reader.expectEnd();
  return value;
}

class Reader {
  private readonly text: string;
  private readonly source: string;
  private at = 0;

  constructor(text: string, source: string) {
    this.text = text;
    this.source = source;
  }

  value(depth: number): JsonValue {
    if (depth > maxDepth) throw this.error(`nested deeper than ${maxDepth}`);
    this.match(space);
    if (this.accept('{')) return this.object(depth);
    if (this.accept('[')) return this.array(depth);
    if (this.text[this.at] === '"') return this.string();
    return this.literal();
  }

  expectEnd(): void {
    this.match(space);
    if (this.at < this.text.length) throw this.error('nothing is expected after the value');
  }

  private object(depth: number): JsonValue {
    const entries = new Map<string, JsonValue>();
    this.separated('}', () => {
      const start = this.at;
      const key = this.string();
      if (entries.has(key)) throw this.error(`the key ${JSON.stringify(key)} comes twice`, start);
      this.expect(':');
      entries.set(key, this.value(depth + 1));
    });
    // fromEntries defines own properties, so a key "__proto__" stays a plain key.
    return Object.fromEntries(entries);
  }

  private array(depth: number): JsonValue {
    const items: JsonValue[] = [];
    this.separated(']', () => items.push(this.value(depth + 1)));
    return items;
  }

  private separated(close: string, readPart: () => void): void {
    this.match(space);
    if (this.accept(close)) return;
    for (;;) {
      this.match(space);
      readPart();
      this.match(space);
      if (this.accept(close)) return;
      if (!this.accept(',')) throw this.error(`',' or '${close}' is expected`);
    }
  }

  private string(): string {
    const start = this.at;
    const quoted = this.match(string);
    try {
      return JSON.parse(quoted) as string;
    } catch {
      throw this.error('a string is expected', start);
    }
  }

  private literal(): JsonValue {
    const word = this.match(literal);
    if (!word) throw this.error('a value is expected');
    const constant = constants.get(word);
    return constant === undefined ? Number(word) : constant;
  }

  private expect(symbol: string): void {
    this.match(space);
    if (!this.accept(symbol)) throw this.error(`'${symbol}' is expected`);
  }

  private accept(symbol: string): boolean {
    const found = this.text[this.at] === symbol;
    if (found) this.at += 1;
    return found;
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  private error(problem: string, at = this.at): SyntaxError {
    const lines = this.text.slice(0, at).split('\n');
    const column = (lines.at(-1) as string).length + 1;
    const near = at < this.text.length ? `near ${JSON.stringify(this.text.slice(at, at + 24))}` : 'at the end';
    return new SyntaxError(`${this.source}: ${problem} (line ${lines.length}, column ${column}, ${near})`);
  }
}
