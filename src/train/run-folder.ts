import { copyFile, link, readdir, readFile, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '#files/atomic-file.ts';
import { makeFolder } from '#files/folder.ts';
import { writeFailure } from '#files/write-failure.ts';
import { isForResuming, type Learned, stateFile, writeCheckpoint } from './checkpoint.ts';
import { completeConfig, expectSameRun, type TrainConfig, type TrainSettings } from './config.ts';
import type { CheckpointEvent } from './events.ts';
import { lockFolder } from './lock.ts';
import { runFiles } from './log/run-log.ts';
import { finishReplacements, replaceFolder } from './replace-folder.ts';
import { type Origin, type RunState, readState } from './run-state.ts';

/** The folder of a run, held by this process. */
export interface RunFolder {
  readonly path: string;
  /** Where an earlier start of the same run has come to. */
  readonly last: (LastCheckpoint & { readonly path: string }) | undefined;
  /** Writes the settings beside the run. */
  begin(): Promise<void>;
  /** Writes `checkpoint-last`, and with the same files the others that are due. */
  save(learned: Learned, state: RunState, others: readonly OtherCheckpoint[]): Promise<readonly CheckpointEvent[]>;
  release(): Promise<void>;
}

interface LastCheckpoint {
  readonly state: RunState;
  readonly origin: Origin;
}

/** A checkpoint beside `checkpoint-last`: `checkpoint-<name>`. */
export interface OtherCheckpoint {
  readonly kind: 'best' | 'kept' | 'final';
  readonly name: string;
}

const configFile = 'config.json';

/**
 * Takes a folder for a run, sets right what a killed process left half done in it, and finds out whether there is a run
 * to go on with.
 * @throws Error naming the process that trains in it, what else lies in it, or the settings that differ from those of the
 * run in it
 */
export async function openRunFolder(config: TrainConfig): Promise<RunFolder> {
  const path = config.outputDir;
  await expectEmptyOrRun(path);
  await makeFolder(path);
  const unlock = await lockFolder(path);
  const release = async () => {
    await unlock();
    await rmdir(path).catch(() => undefined); // stays if there is anything in it
  };
  try {
    await finishReplacements(path);
    const lastPath = checkpointPath(path, 'last');
    const last = (await exists(lastPath)) ? await readLast(config, lastPath) : undefined;
    return {
      path,
      last,
      begin: () => writeFileAtomically(join(path, configFile), `${JSON.stringify(config, null, 2)}\n`),
      save: (learned, state, others) => save(path, { learned, state, others }),
      release,
    };
  } catch (error) {
    await release();
    throw error;
  }
}

/** A folder of something else may have files of our names, which would be written over. */
async function expectEmptyOrRun(path: string): Promise<void> {
  const names = (await readdir(path).catch((): string[] => [])).filter((name) => !name.startsWith('.'));
  const isRun = names.some(isLastCheckpoint) || (names.includes(configFile) && names.includes(runFiles.log));
  const foreign = isRun ? [] : names.filter((name) => !isOfRun(name));
  if (foreign.length === 0) return;
  const more = foreign.length > 3 ? ` and ${foreign.length - 3} more` : '';
  throw new Error(
    `--output-dir ${path}: expected an empty folder or one of a run, found ${foreign.slice(0, 3).join(', ')}${more}; name ` +
      'another, or one inside it',
  );
}

function isOfRun(name: string): boolean {
  const own: readonly string[] = [configFile, ...Object.values(runFiles), 'plot.html'];
  return own.includes(name) || /^(checkpoint-.+|lock(\..+)?)$/.test(name);
}

function isLastCheckpoint(name: string): boolean {
  return /^checkpoint-last(\.new)?$/.test(name);
}

/** The settings of the run that a folder holds; undefined before its first checkpoint. @throws Error if unreadable */
export async function readRunSettings(folder: string): Promise<TrainSettings | undefined> {
  const path = join(folder, configFile);
  const names = await readdir(folder).catch((): string[] => []);
  if (!names.includes(configFile) || !names.some(isLastCheckpoint)) return undefined;
  try {
    return JSON.parse(await readFile(path, 'utf8')) as TrainSettings;
  } catch (error) {
    throw new Error(`${path}: expected the settings of a run: ${(error as Error).message}`, { cause: error });
  }
}

async function readLast(config: TrainConfig, path: string): Promise<LastCheckpoint & { path: string }> {
  const settings = await readRunSettings(config.outputDir);
  if (!settings) throw new Error(`${config.outputDir}: expected ${configFile} beside checkpoint-last, found none`);
  expectSameRun(completeConfig({ ...settings, outputDir: config.outputDir }), config, config.outputDir);
  return { path, ...(await readState(join(path, stateFile))) };
}

interface Save {
  readonly learned: Learned;
  readonly state: RunState;
  readonly others: readonly OtherCheckpoint[];
}

async function save(folder: string, { learned, state, others }: Save): Promise<CheckpointEvent[]> {
  const last = checkpointPath(folder, 'last');
  await replaceFolder(last, async (temporary) => {
    await writeCheckpoint(temporary, learned, state);
    // Before `last` is in its place: whoever dies in between goes on from the one before, and does this again.
    for (const { kind, name } of others) await share(temporary, checkpointPath(folder, name), kind !== 'final');
  });
  const written = others.map(({ kind, name }) => ({ kind, path: checkpointPath(folder, name) }));
  return [{ kind: 'last' as const, path: last }, ...written].map((each) => ({ type: 'checkpoint', ...each }));
}

/** The same files in another folder, without their bytes twice: they are never written to again, only replaced. */
function share(source: string, target: string, isComplete: boolean): Promise<void> {
  return replaceFolder(target, async (temporary) => {
    for (const file of await readdir(source)) {
      if (!isComplete && isForResuming(file)) continue;
      const [from, to] = [join(source, file), join(temporary, file)];
      const copy = () => copyFile(from, to); // not every file system has links
      await link(from, to)
        .catch(copy)
        .catch((error: unknown) => {
          throw writeFailure(join(target, file), error);
        });
    }
  });
}

function checkpointPath(folder: string, name: string): string {
  return join(folder, `checkpoint-${name}`);
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
