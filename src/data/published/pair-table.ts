import type { NpyContents } from '#formats/npy-array.ts';

type Cell = number | bigint | string;

interface Column {
  readonly values: ArrayLike<Cell>;
  /** The row's cell is values[start + row × step]. */
  readonly start: number;
  readonly step: number;
}

/** A list of pairs as NumPy stores it: a structured array with a field for each column, or a plain one [rows, columns]. */
export class PairTable {
  readonly length: number;
  private readonly name: string;
  private readonly columns: readonly Column[];

  /**
   * @param name what errors call it
   * @throws Error, one line, if it has fewer columns than `least`
   */
  constructor(contents: NpyContents, name: string, least: number) {
    const columns = columnsOf(contents);
    if (columns.length < least) {
      const found = 'fields' in contents ? `the fields ${[...contents.fields.keys()].join(', ')} of` : 'numbers of';
      throw new Error(
        `${name}: expected a list of pairs with ${least} columns, found ${found} the shape [${contents.shape.join(', ')}]`,
      );
    }
    this.length = contents.shape[0] as number;
    this.name = name;
    this.columns = columns;
  }

  /** @throws Error, one line that names the row, unless it is a whole number from 0 to `below` − 1 */
  whole(row: number, column: number, below = Number.MAX_SAFE_INTEGER): number {
    const cell = this.cell(row, column);
    const value = typeof cell === 'string' ? Number.NaN : Number(cell);
    if (value >= 0 && value < below && Number.isInteger(value)) return value;
    throw this.error(`a whole number from 0 to ${below - 1}`, row, column);
  }

  /** The 64 bits of an unsigned number. @throws Error, one line that names the row, if it is none */
  bits(row: number, column: number): bigint {
    const cell = this.cell(row, column);
    if (typeof cell === 'bigint') return BigInt.asUintN(64, cell);
    return BigInt(this.whole(row, column));
  }

  /** @throws Error, one line that names the row, unless it is a text */
  text(row: number, column: number): string {
    const cell = this.cell(row, column);
    if (typeof cell === 'string') return cell;
    throw this.error('a text', row, column);
  }

  private cell(row: number, column: number): Cell {
    const { values, start, step } = this.columns[column] as Column;
    return values[start + row * step] as Cell;
  }

  private error(expected: string, row: number, column: number): Error {
    return new Error(
      `${this.name}: row ${row}, column ${column}: expected ${expected}, found ${this.cell(row, column)}`,
    );
  }
}

function columnsOf(contents: NpyContents): Column[] {
  if ('fields' in contents) {
    const fields = [...contents.fields.values()];
    const areColumns = contents.shape.length === 1 && fields.every(({ shape }) => shape.length === 1);
    return areColumns ? fields.map(({ values }) => ({ values, start: 0, step: 1 })) : [];
  }
  const { values, shape } = contents;
  const [, count = 0] = shape;
  return shape.length === 2 ? Array.from({ length: count }, (_, start) => ({ values, start, step: count })) : [];
}
