import { flagOf } from '#notation/kebab-case.ts';

/** What the parser fills in itself, and the arguments that are lists. */
const others = ['_', '$0', 'images', 'add', 'runs'];

/**
 * Refuses what yargs lets pass: a number that is none (read as NaN), an option without its value (read as an empty
 * text), and one given twice (read as a list).
 * @throws Error naming the option
 */
export function expectSingleValues(argv: Readonly<Record<string, unknown>>): true {
  for (const [name, value] of Object.entries(argv)) {
    const isAlias = name.length === 1;
    // yargs lists every option under its camel-cased name as well.
    if (isAlias || others.includes(name)) continue;
    const expected = expectedInstead(value);
    if (expected) throw new Error(`${flagOf(name)}: expected ${expected}; see dust3r --help`);
  }
  return true;
}

function expectedInstead(value: unknown): string | undefined {
  if (Number.isNaN(value)) return 'a number';
  if (value === '') return 'a value, got none';
  return Array.isArray(value) ? `one value, got ${value.join(' and ')}` : undefined;
}
