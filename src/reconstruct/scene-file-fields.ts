type Fields = Readonly<Record<string, unknown>>;

/** A JSON object without unknown names. @throws Error that says where, as all of these do */
export function objectAt(where: string, value: unknown, names: readonly string[]): Fields {
  const fields = anyObjectAt(where, value);
  const unknown = Object.keys(fields).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`${where}: expected ${names.join(', ')}, got ${shown(unknown)} too`);
  return fields;
}

export function anyObjectAt(where: string, value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw unexpected(where, 'an object', value);
}

export function listAt(where: string, value: unknown, length?: number): readonly unknown[] {
  if (Array.isArray(value) && (length === undefined || value.length === length)) return value;
  throw unexpected(where, length === undefined ? 'a list' : `a list of ${length}`, value);
}

export function textAt(where: string, value: unknown): string {
  if (typeof value === 'string' && value !== '' && !value.includes('\0')) return value;
  throw unexpected(where, 'a text', value);
}

export function flagAt(where: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw unexpected(where, 'true or false', value);
}

export function numberAt(where: string, value: unknown): number {
  if (Number.isFinite(value)) return value as number;
  throw unexpected(where, 'a number', value);
}

/** A whole number from `least` to before `end`. */
export function wholeAt(where: string, value: unknown, least: number, end: number): number {
  if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) < end) return value as number;
  throw unexpected(where, `a whole number from ${least} to ${end - 1}`, value);
}

export function numbersAt(where: string, value: unknown, length: number): number[] {
  return listAt(where, value, length).map((each, i) => numberAt(`${where}[${i}]`, each));
}

/** What is given, read by `read`; nothing where it is absent. */
export function optional<Key extends string, Value>(
  key: Key,
  fields: Fields,
  read: (value: unknown) => Value,
): { readonly [K in Key]?: Value } {
  return fields[key] === undefined ? {} : ({ [key]: read(fields[key]) } as { [K in Key]: Value });
}

function unexpected(where: string, expected: string, value: unknown): Error {
  return new Error(`${where}: expected ${expected}, got ${shown(value)}`);
}

/** A value from the file for an error message, which stays short. */
function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 80);
}
