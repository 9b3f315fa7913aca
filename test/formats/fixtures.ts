import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file of test/fixtures/formats: see make-fixtures.py there. */
export const fixturePath = (name: string) => join('test', 'fixtures', 'formats', name);

/** Its bytes, in memory of their own. */
export const fixture = (name: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(fixturePath(name)));

/** What make-fixtures.py calls values: at place i, i / 8 − 3. */
export const ramp = (count: number, first = 0): number[] =>
  Array.from({ length: count }, (_, i) => (first + i) / 8 - 3);
