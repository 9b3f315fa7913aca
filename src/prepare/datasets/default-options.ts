import type { FlagOptions, Flags } from './preparation.ts';

/** What is chosen where nothing is said. */
export function defaultOptions(flags: Flags): FlagOptions {
  const values = Object.entries(flags).map(([name, flag]) => [name, flag.default] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}
