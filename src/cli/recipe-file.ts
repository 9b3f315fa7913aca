import { readFile, stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type TrainSettings, trainSettings } from '#train/config.ts';
import { recipes } from '#train/recipes/recipes.ts';

/**
 * The settings that `--config` names: a recipe of ours, a .json file (a run's own config.json, say), or a module that
 * exports one object of settings.
 * @throws Error in one line if there is no such recipe or file, or it holds no settings
 */
export async function loadRecipe(name: string): Promise<TrainSettings> {
  const own = Object.hasOwn(recipes, name) ? recipes[name as keyof typeof recipes] : undefined;
  if (own) return own;
  if (!(await stat(name).catch(() => undefined))?.isFile())
    throw new Error(`--config: expected a file or one of ${Object.keys(recipes).join(', ')}, got "${name}"`);
  return withOurNames(name, await (extname(name) === '.json' ? readJson(name) : importSettings(name)));
}

/** Settings may be written as the flags are: batch_size, batch-size, batchSize. */
function withOurNames(path: string, settings: TrainSettings): TrainSettings {
  const entries = Object.entries(settings).map(([written, value]) => {
    const name = written.replace(/[-_]([a-z])/g, (_, letter: string) => letter.toUpperCase());
    if (Object.hasOwn(trainSettings, name)) return [name, value] as const;
    throw new Error(`--config ${path}: training has no setting "${written}"; dust3r train --help lists them`);
  });
  return Object.fromEntries(entries) as TrainSettings;
}

async function readJson(path: string): Promise<TrainSettings> {
  try {
    const settings: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (isSettings(settings)) return settings;
  } catch (error) {
    throw new Error(`--config ${path}: ${(error as Error).message}`, { cause: error });
  }
  throw new Error(`--config ${path}: expected an object of settings`);
}

async function importSettings(path: string): Promise<TrainSettings> {
  const exported: Record<string, unknown> = await import(pathToFileURL(resolve(path)).href).catch((error: Error) => {
    const isUnread = (error as NodeJS.ErrnoException).code === 'ERR_UNKNOWN_FILE_EXTENSION';
    const wayOut = isUnread ? '; node reads .js and .json, `npx tsx` also .ts' : '';
    throw new Error(`--config ${path}: cannot be imported (${error.message})${wayOut}`, { cause: error });
  });
  const found = Object.values(exported).filter(isSettings);
  const [settings] = found;
  if (settings && found.length === 1) return settings;
  throw new Error(`--config ${path}: expected one exported object of settings, found ${found.length}`);
}

function isSettings(value: unknown): value is TrainSettings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
