/** Rows of numbers as a matrix, row by row. @throws Error that says where they stand */
export function expectMatrix(value: unknown, size: 3 | 4, where: string): Float64Array {
  const rows = Array.isArray(value) && value.length === size ? value.flat() : [];
  if (rows.length === size ** 2 && rows.every(Number.isFinite)) return Float64Array.from(rows as number[]);
  throw new Error(`${where}: expected ${size} rows of ${size} numbers`);
}

/** A photograph's width or height. @throws Error that says where it stands */
export function expectSide(value: unknown, where: string): number {
  if (Number.isSafeInteger(value) && (value as number) > 0) return value as number;
  throw new Error(`${where}: expected the photograph's in pixels, got ${value}`);
}

/** @throws Error that says where it stands */
export function expectNumber(value: unknown, where: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new Error(`${where}: expected a number, got ${value}`);
}
