/** A value of a record. JSON has no NaN and no infinity; they are written as the texts "NaN", "Infinity", "-Infinity". */
export type LogValue = number | string | Readonly<Record<string, number>>;

/**
 * A line of log.jsonl: what it tells of, and its values. Lines that have an `epoch` and are not of a step make up,
 * merged by epoch, the original's log.txt (spec 3.4).
 */
export interface LogRecord {
  readonly kind: 'start' | 'step' | 'epoch' | 'evaluation' | 'checkpoint' | 'warning' | 'broken' | 'end';
  readonly [name: string]: LogValue;
}

const kinds: readonly string[] = ['start', 'step', 'epoch', 'evaluation', 'checkpoint', 'warning', 'broken', 'end'];

export function encodeRecord(record: LogRecord): string {
  return `${JSON.stringify(record, (_, value) => (isUnspeakable(value) ? String(value) : value))}\n`;
}

/** The record that a line holds; undefined if it is none, as where a disk lost a part of the file. */
export function parseRecord(line: string): LogRecord | undefined {
  try {
    const record: unknown = JSON.parse(line, (_, value) => (isSpelled(value) ? Number(value) : value));
    return isRecord(record) ? record : undefined;
  } catch {
    return undefined;
  }
}

/** A record's value that is a number; undefined if it is missing or something else. */
export function numberOf(record: LogRecord, name: string): number | undefined {
  const value = record[name];
  return typeof value === 'number' ? value : undefined;
}

function isRecord(value: unknown): value is LogRecord {
  return typeof value === 'object' && value !== null && 'kind' in value && kinds.includes(value.kind as string);
}

function isUnspeakable(value: unknown): boolean {
  return typeof value === 'number' && !Number.isFinite(value);
}

function isSpelled(value: unknown): boolean {
  return value === 'NaN' || value === 'Infinity' || value === '-Infinity';
}
