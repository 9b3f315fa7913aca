import { readFile, stat } from 'node:fs/promises';

/** Far above any list of poses; a larger file is no index. */
const maxTextBytes = 64 * 2 ** 20;

/** A row of a text table, with the line it stands on (from 1). */
export interface TextRow {
  readonly line: number;
  readonly fields: readonly string[];
}

/**
 * The rows of a text table: fields between white space or commas, a `#` that begins a word begins a comment (`-1.#IND` is a
 * number of Windows), empty lines are skipped.
 * @throws Error, one line that names the file, if it is missing, no regular file, or too large
 */
export async function readRows(path: string): Promise<TextRow[]> {
  const text = await readText(path);
  return text.split('\n').flatMap((line, index) => {
    const fields = (line.split(/(?:^|\s)#/, 1)[0] as string).split(/[\s,]+/).filter((field) => field !== '');
    return fields.length === 0 ? [] : [{ line: index + 1, fields }];
  });
}

/** @throws Error, one line that names the file, if it is missing, no regular file, or too large */
export async function readText(path: string): Promise<string> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${path}: ${error.code === 'ENOENT' ? 'no such file' : error.message}`, { cause: error });
  });
  if (!found.isFile()) throw new Error(`${path}: expected a text file, found something else`);
  if (found.size > maxTextBytes)
    throw new Error(`${path}: the file has ${found.size} bytes; an index of at most ${maxTextBytes} is read`);
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${path}: cannot be read (${error.code ?? error.message})`, { cause: error });
  });
}

/**
 * A field as a number. `nan` and `inf` in any spelling, as C and numpy write them, are read as such: whoever uses them
 * decides.
 * @throws Error naming the file and the line
 */
export function fieldNumber(field: string, path: string, line: number): number {
  if (/nan|ind/i.test(field)) return Number.NaN;
  if (/^[+-]?(inf|1\.#inf)/i.test(field)) return field.startsWith('-') ? -Infinity : Infinity;
  const value = Number(field);
  if (Number.isFinite(value)) return value;
  throw new Error(`${path}, line ${line}: expected a number, got "${field.slice(0, 40)}"`);
}

/** All fields of a row as numbers. @throws Error naming the file and the line */
export function rowNumbers({ fields, line }: TextRow, path: string): number[] {
  return fields.map((field) => fieldNumber(field, path, line));
}
