import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '#files/atomic-file.ts';
import { flagOf } from '#notation/kebab-case.ts';
import type { FlagOptions, Preparation } from './preparation.ts';

const fileName = 'preparation.json';

/**
 * Checks that a folder is new, or one that the same settings were used for.
 * @throws Error, one line that names the setting that differs, or what the folder holds instead
 */
export async function expectSameSettings(
  output: string,
  preparation: Preparation,
  options: FlagOptions,
): Promise<void> {
  const path = join(output, fileName);
  const entries = await readdir(output).catch((): string[] => []);
  if (!entries.includes(fileName)) return expectNew(output, entries);
  const found = await readSettings(path);
  const expected = settingsOf(preparation, options);
  const other = (what: string) => new Error(`${path}: ${what}; name another output folder`);
  if (found.preparation !== expected.preparation)
    throw other(`this folder was prepared from ${found.preparation}, not ${expected.preparation}`);
  if (found.version !== expected.version) throw other('this folder was prepared by another version of dust3r');
  for (const name of new Set([...Object.keys(found.options), ...Object.keys(expected.options)])) {
    const [before, now] = [found.options[name], expected.options[name]];
    if (before !== now) throw other(`${flagOf(name)} was ${spelled(before)} when it was prepared, now ${spelled(now)}`);
  }
}

/** Keeps the settings with the data. */
export function writeSettings(output: string, preparation: Preparation, options: FlagOptions): Promise<void> {
  return writeFileAtomically(join(output, fileName), `${JSON.stringify(settingsOf(preparation, options))}\n`);
}

interface Settings {
  readonly preparation: string;
  readonly version: number;
  readonly options: FlagOptions;
}

function settingsOf({ name, version, flags }: Preparation, options: FlagOptions): Settings {
  const names = Object.keys(flags).filter((each) => flags[each]?.isSelection !== true);
  return { preparation: name, version, options: Object.fromEntries(names.map((each) => [each, options[each]])) };
}

async function readSettings(path: string): Promise<Settings> {
  try {
    const settings = JSON.parse(await readFile(path, 'utf8')) as Settings;
    if (typeof settings.preparation === 'string' && typeof settings.options === 'object') return settings;
  } catch {
    // the same way out
  }
  throw new Error(`${path}: damaged; name another output folder`);
}

function expectNew(output: string, entries: readonly string[]): void {
  const visible = entries.filter((name) => !name.startsWith('.'));
  if (visible.length === 0) return;
  const found = `${visible.sort().slice(0, 5).join(', ')}${visible.length > 5 ? ', …' : ''}`;
  throw new Error(
    `${output}: expected an empty folder, or one that an earlier run prepared, found ${found}; name another`,
  );
}

function spelled(value: FlagOptions[string]): string {
  return value === undefined ? 'not given' : String(value);
}
