import { syntaxError, type Token, tokenize } from './python-tokens.ts';

/** A parsed expression; `at` is the index of its first character in the text. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number; readonly at: number }
  | { readonly kind: 'string'; readonly value: string; readonly at: number }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly at: number }
  | { readonly kind: 'none'; readonly at: number }
  | { readonly kind: 'name'; readonly name: string; readonly at: number }
  | { readonly kind: 'tuple' | 'list'; readonly items: readonly Expression[]; readonly at: number }
  | CallExpression
  | BinaryExpression;

interface CallExpression {
  readonly kind: 'call';
  readonly name: string;
  readonly positional: readonly Expression[];
  readonly keywords: ReadonlyMap<string, Expression>;
  readonly at: number;
}

interface BinaryExpression {
  readonly kind: 'binary';
  readonly operator: '+' | '*' | '@';
  readonly left: Expression;
  readonly right: Expression;
  readonly at: number;
}

/** What a literal stands for: None is null; tuples and lists are arrays. */
export type PythonValue = number | string | boolean | null | readonly PythonValue[];

const maxDepth = 64;
const maxOperators = 256;
const constants: Readonly<Record<string, number>> = { inf: Number.POSITIVE_INFINITY, nan: Number.NaN };

/**
 * Parses the notation of DUSt3R's command lines (spec 3.6): names, calls with positional and keyword arguments,
 * literals, tuples, lists, and the operators + * @ with Python's precedence. Nothing is evaluated.
 * @throws SyntaxError that points at the place, also for texts over 20 000 characters or nested deeper than 64.
 * @example parseExpression("1_000 @ Co3d(split='train', resolution=(512, 384)) + 500 @ Waymo()")
 */
export function parseExpression(text: string): Expression {
  const parser = new Parser(text);
  const expression = parser.sum();
  parser.expectEnd();
  return expression;
}

/**
 * Parses a constructor call whose arguments are all literals.
 * @example parseCall("AsymmetricCroCo3DStereo(img_size=(224, 224))") // { name, positional: [], kwargs: { img_size } }
 */
export function parseCall(text: string): {
  name: string;
  positional: PythonValue[];
  kwargs: Record<string, PythonValue>;
} {
  const call = parseExpression(text);
  if (call.kind !== 'call') throw syntaxError('a call such as Name(key=value) is expected', text, call.at);
  return {
    name: call.name,
    positional: call.positional.map((argument) => literalValue(argument, text)),
    kwargs: Object.fromEntries([...call.keywords].map(([key, argument]) => [key, literalValue(argument, text)])),
  };
}

/** The value of a literal; `text` is the source that errors point into. */
export function literalValue(expression: Expression, text: string): PythonValue {
  switch (expression.kind) {
    case 'number':
    case 'string':
    case 'boolean':
      return expression.value;
    case 'none':
      return null;
    case 'tuple':
    case 'list':
      return expression.items.map((item) => literalValue(item, text));
    case 'name':
    case 'call':
    case 'binary':
      throw syntaxError(
        'a plain value (number, string, True, False, None, tuple, list) is expected',
        text,
        expression.at,
      );
  }
}

class Parser {
  private readonly text: string;
  private readonly tokens: readonly Token[];
  private next = 0;
  private depth = 0;
  private operators = 0;

  constructor(text: string) {
    this.text = text;
    this.tokens = tokenize(text);
  }

  /** term + term + … */
  sum(): Expression {
    return this.chain(['+'], () => this.term());
  }

  expectEnd(): void {
    if (this.peek().kind !== 'end') throw this.error("an operator, ',' or the end is expected");
  }

  /** operand * operand @ …: `*` and `@` bind equally, from the left, and tighter than `+`. */
  private term(): Expression {
    return this.chain(['*', '@'], () => this.signed());
  }

  private chain(operators: readonly BinaryExpression['operator'][], operand: () => Expression): Expression {
    let left = operand();
    for (;;) {
      const { at } = this.peek();
      const operator = operators.find((symbol) => this.accept(symbol));
      if (!operator) return left;
      this.operators += 1;
      if (this.operators > maxOperators) throw syntaxError(`more than ${maxOperators} operators`, this.text, at);
      left = { kind: 'binary', operator, left, right: operand(), at: left.at };
    }
  }

  /** A leading + changes nothing (recipes start with one); a leading - belongs to a number. */
  private signed(): Expression {
    const { at } = this.peek();
    let negative = false;
    while (this.isSymbol('+') || this.isSymbol('-')) {
      if (this.accept('-')) negative = !negative;
      else this.accept('+');
    }
    const value = this.nested(() => this.primary());
    if (!negative) return value;
    if (value.kind !== 'number') throw syntaxError("'-' is allowed before numbers only", this.text, at);
    return { kind: 'number', value: -value.value, at };
  }

  private nested<Result>(parse: () => Result): Result {
    this.depth += 1;
    if (this.depth > maxDepth) throw this.error(`nested deeper than ${maxDepth}`);
    const result = parse();
    this.depth -= 1;
    return result;
  }

  private primary(): Expression {
    const token = this.peek();
    if (token.kind === 'number' || token.kind === 'string') {
      this.next += 1;
      return token;
    }
    if (token.kind === 'name') return this.named(token.text, token.at);
    if (this.accept('(')) return this.parenthesized(token.at);
    if (this.accept('[')) return { kind: 'list', items: this.items(']'), at: token.at };
    throw this.error('a value is expected');
  }

  private named(name: string, at: number): Expression {
    this.next += 1;
    if (this.accept('(')) return this.call(name, at);
    if (name === 'None') return { kind: 'none', at };
    if (name === 'True' || name === 'False') return { kind: 'boolean', value: name === 'True', at };
    if (Object.hasOwn(constants, name)) return { kind: 'number', value: constants[name] as number, at };
    return { kind: 'name', name, at };
  }

  /** (a) is a; (a,) and (a, b) and () are tuples. */
  private parenthesized(at: number): Expression {
    const items = this.items(')');
    const endsWithComma = this.isSymbol(',', this.next - 2);
    return items.length === 1 && !endsWithComma ? (items[0] as Expression) : { kind: 'tuple', items, at };
  }

  private items(close: string): Expression[] {
    const items: Expression[] = [];
    this.separated(close, () => items.push(this.sum()));
    return items;
  }

  private call(name: string, at: number): CallExpression {
    const positional: Expression[] = [];
    const keywords = new Map<string, Expression>();
    this.separated(')', () => this.argument(positional, keywords));
    return { kind: 'call', name, positional, keywords, at };
  }

  private argument(positional: Expression[], keywords: Map<string, Expression>): void {
    const token = this.peek();
    if (token.kind !== 'name' || !this.isSymbol('=', this.next + 1)) {
      if (keywords.size > 0) throw this.error('a positional argument follows keyword arguments');
      positional.push(this.sum());
      return;
    }
    if (keywords.has(token.text)) throw this.error(`the argument ${token.text} is given twice`);
    this.next += 2;
    keywords.set(token.text, this.sum());
  }

  /** Comma-separated parts up to the closing symbol, a trailing comma allowed. */
  private separated(close: string, parsePart: () => void): void {
    while (!this.accept(close)) {
      parsePart();
      if (!this.accept(',') && !this.isSymbol(close)) throw this.error(`',' or '${close}' is expected`);
    }
  }

  private accept(symbol: string): boolean {
    const found = this.isSymbol(symbol);
    if (found) this.next += 1;
    return found;
  }

  private isSymbol(symbol: string, index = this.next): boolean {
    const token = this.tokens[index];
    return token?.kind === 'symbol' && token.text === symbol;
  }

  private peek(): Token {
    return this.tokens[this.next] as Token;
  }

  private error(problem: string): SyntaxError {
    return syntaxError(problem, this.text, this.peek().at);
  }
}
