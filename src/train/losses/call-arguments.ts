import { type Expression, literalValue, type PythonValue } from '#notation/python-call.ts';
import { syntaxError } from '#notation/python-tokens.ts';

export type Call = Extract<Expression, { kind: 'call' }>;

/** The arguments of a call, positional and keyword, by name. Errors point at the place in the text. */
export class CallArguments {
  private readonly call: Call;
  private readonly text: string;
  private readonly given = new Map<string, Expression>();

  /** @throws SyntaxError if there are more than the named ones, others, or one twice */
  constructor(call: Call, names: readonly string[], text: string) {
    this.call = call;
    this.text = text;
    const positional = call.positional.map((value, i) => [names[i], value] as const);
    for (const [name, value] of [...positional, ...call.keywords]) {
      const problem = this.problemOf(name, names);
      if (!name || problem) throw syntaxError(problem, text, value.at);
      this.given.set(name, value);
    }
  }

  /** An argument that must be given. */
  expression(name: string, expected: string): Expression {
    const expression = this.given.get(name);
    if (!expression) throw syntaxError(`${this.call.name} needs ${expected}`, this.text, this.call.at);
    return expression;
  }

  /** A literal, or `otherwise` where none is given; `read` gives undefined for what is not as expected. */
  literal<Value>(
    name: string,
    expected: string,
    read: (value: PythonValue) => Value | undefined,
    otherwise: Value,
  ): Value {
    const expression = this.given.get(name);
    if (!expression) return otherwise;
    const value = read(literalValue(expression, this.text));
    if (value === undefined)
      throw syntaxError(`${name} of ${this.call.name}: ${expected} is expected`, this.text, expression.at);
    return value;
  }

  private problemOf(name: string | undefined, names: readonly string[]): string {
    if (!name) return `${this.call.name} takes at most ${names.length} arguments`;
    if (!names.includes(name)) return `unknown argument ${name} of ${this.call.name}; known: ${names.join(', ')}`;
    return this.given.has(name) ? `the argument ${name} is given twice` : '';
  }
}
