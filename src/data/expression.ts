import { type Expression, literalValue, type PythonValue, parseExpression } from '#notation/python-call.ts';
import { syntaxError } from '#notation/python-tokens.ts';
import { commonArguments, readResolutions, toCommonArguments } from './common-arguments.ts';
import type { ArgumentSpec, DatasetType } from './dataset-type.ts';
import { datasetsOf, type Mix, type MixedDataset } from './mix.ts';

/** Kinds of dataset by name. */
export type DatasetTypes = Readonly<Record<string, DatasetType>>;

type Call = Extract<Expression, { kind: 'call' }>;
type Binary = Extract<Expression, { kind: 'binary' }>;

/**
 * Parses and checks a mix of datasets (spec 3.6) without opening anything. All its datasets must have the same
 * resolutions, because every batch has one.
 * @throws SyntaxError in one line that points at the place and names what is known
 * @example parseMix("1000 @ Co3d(split='train', resolution=224, transform=ColorJitter) + 2 * Synthetic(resolution=224)", types)
 */
export function parseMix(text: string, types: DatasetTypes): Mix {
  if (text.trim() === '')
    throw new SyntaxError(`datasets: expected an expression such as ${exampleOf(types)}, got none`);
  return new MixReader(text, types).read(parseExpression(text));
}

function exampleOf(types: DatasetTypes): string {
  return `${Object.keys(types)[0] ?? 'Name'}(…, resolution=224)`;
}

class MixReader {
  private readonly text: string;
  private readonly types: DatasetTypes;

  constructor(text: string, types: DatasetTypes) {
    this.text = text;
    this.types = types;
  }

  read(expression: Expression): Mix {
    if (expression.kind === 'call') return this.dataset(expression);
    if (expression.kind !== 'binary') {
      throw this.error(`a dataset such as ${exampleOf(this.types)} is expected`, expression);
    }
    return expression.operator === '+' ? this.sum(expression) : this.counted(expression, expression.operator);
  }

  private sum(expression: Binary): Mix {
    const left = this.read(expression.left);
    const right = this.read(expression.right);
    const [expected, found] = [left, right].map(resolutionsOf);
    if (expected === found) return { kind: 'sum', left, right };
    throw this.error(
      `all datasets of a mix must have the same resolutions, but here they are ${found}, and ${expected} before`,
      expression.right,
    );
  }

  private counted({ left, right }: Binary, operator: '*' | '@'): Mix {
    const count = numberOf(left);
    if (count === undefined || !Number.isSafeInteger(count) || count < 1) {
      throw this.error(`a whole number above 0 is expected before '${operator}'`, left);
    }
    return { kind: operator === '*' ? 'times' : 'draw', count, mix: this.read(right) };
  }

  private dataset(call: Call): MixedDataset {
    const type = this.types[call.name];
    if (!type || !Object.hasOwn(this.types, call.name)) {
      throw this.error(
        call.name === 'InternalUnreleasedDataset'
          ? `${call.name} was never published; leave it out`
          : `no dataset is called ${call.name}; known: ${Object.keys(this.types).join(', ')}`,
        call,
      );
    }
    const given = this.namedArguments(call, type);
    const resolution = given.get('resolution');
    if (!resolution) throw this.error(`${call.name}: the argument resolution is missing, as in resolution=224`, call);
    const values = this.readAll(call, type.arguments, given);
    const common = toCommonArguments(
      this.readAll(call, commonArguments, given),
      readResolutions(resolution, this.text),
    );
    return { kind: 'dataset', type, values, common };
  }

  /** Positional arguments under their names, and every name checked. */
  private namedArguments(call: Call, type: DatasetType): ReadonlyMap<string, Expression> {
    const positional = type.positional ?? [];
    const given = new Map(call.keywords);
    call.positional.forEach((argument, i) => {
      const name = positional[i];
      if (!name)
        throw this.error(`${call.name}: expected at most ${positional.length} arguments without name`, argument);
      if (given.has(name)) throw this.error(`${call.name}: the argument ${name} is given twice`, argument);
      given.set(name, argument);
    });
    const known = [...Object.keys(type.arguments), 'resolution', ...Object.keys(commonArguments)];
    for (const [name, argument] of given) {
      if (known.includes(name)) continue;
      throw this.error(`${call.name}: no argument is called ${name}; known: ${known.join(', ')}`, argument);
    }
    return given;
  }

  private readAll(
    call: Call,
    specs: Readonly<Record<string, ArgumentSpec>>,
    given: ReadonlyMap<string, Expression>,
  ): Record<string, unknown> {
    const entries = Object.entries(specs).map(([name, spec]) => {
      const argument = given.get(name);
      if (argument) return [name, this.readOne(`${call.name}: ${name}`, spec, argument)];
      if ('default' in spec) return [name, spec.default];
      throw this.error(`${call.name}: the argument ${name} is missing (${spec.describe})`, call);
    });
    return Object.fromEntries(entries);
  }

  /** Bare names are read as strings, so that ColorJitter needs no quotes. */
  private readOne(name: string, spec: ArgumentSpec, argument: Expression): unknown {
    const value: PythonValue = argument.kind === 'name' ? argument.name : literalValue(argument, this.text);
    try {
      return spec.read(value);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw this.error(`${name}: ${error.message}`, argument);
    }
  }

  private error(problem: string, { at }: Expression): SyntaxError {
    return syntaxError(problem, this.text, at);
  }
}

function resolutionsOf(mix: Mix): string {
  return (datasetsOf(mix)[0] as MixedDataset).common.resolutions.map(([w, h]) => `(${w}, ${h})`).join(', ');
}

/** `2 * 500` before an `@` is a number too, since operators bind from the left. */
function numberOf(expression: Expression): number | undefined {
  if (expression.kind === 'number') return expression.value;
  if (expression.kind !== 'binary' || expression.operator !== '*') return undefined;
  const [left, right] = [numberOf(expression.left), numberOf(expression.right)];
  return left === undefined || right === undefined ? undefined : left * right;
}
