import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ADDON, compileAddon, sourcesHash } from './addon.ts';
import { buildFolder, cacheFolder } from './cache.ts';
import { runCommand } from './command.ts';
import { readFailure, writeFailure } from './failure.ts';
import { type Device, type LibrarySource, librarySources } from './library.ts';
import { fetchPackage, findPackage, PACKAGE_VERSION } from './package.ts';

/** The native engine, compiled and ready to be loaded. */
export interface NativeEngine {
  /** Holds the add-on. */
  readonly folder: string;
  /** What the library was built for; whether a GPU is used shows when it is loaded. */
  readonly device: Device;
  readonly version: string;
  /** Where the library came from. */
  readonly source: string;
}

export type SetupResult =
  | { readonly engine: NativeEngine }
  | { readonly engine: undefined; readonly reasons: readonly string[] };

export interface SetupOptions {
  /** Builds the engine anew though it is there. */
  readonly force?: boolean;
  readonly onStage?: (line: string) => void;
}

/**
 * Gets libtensorflow and compiles the native engine against it, once; what is done is kept in cacheFolder().
 * Does not throw when it cannot be had: the result has a line for each way that was tried.
 */
export async function setupNative(options: SetupOptions = {}): Promise<SetupResult> {
  const { force = false, onStage = () => undefined } = options;
  if (process.platform === 'win32') return { engine: undefined, reasons: ['Windows has it only inside WSL'] };
  const sources = await librarySources();
  const known = force ? undefined : ((await findAmong(sources)) ?? (await readFailure(sources)));
  if (known) return known;
  const reasons: string[] = [];
  for (const source of sources) {
    try {
      return { engine: await install(source, { force, onStage }) };
    } catch (error) {
      reasons.push(`${source.title}: ${(error as Error).message}`);
    }
  }
  await writeFailure(sources, reasons);
  return { engine: undefined, reasons };
}

/** The engine that an earlier setup left, the best of them. */
export async function findNative(): Promise<NativeEngine | undefined> {
  return (await findAmong(await librarySources()))?.engine;
}

async function findAmong(sources: readonly LibrarySource[]): Promise<{ engine: NativeEngine } | undefined> {
  if (!findPackage()) return undefined;
  for (const source of sources) {
    const engine = await readEngine(source);
    if (engine) return { engine };
  }
  return undefined;
}

async function readEngine(source: LibrarySource): Promise<NativeEngine | undefined> {
  const folder = await engineFolder(source);
  const version = await readFile(join(folder, 'version'), 'utf8').catch(() => undefined);
  return version === undefined ? undefined : { folder, device: source.device, version, source: source.title };
}

async function install(source: LibrarySource, { force, onStage }: Required<SetupOptions>): Promise<NativeEngine> {
  onStage(`libtensorflow: ${source.title}`);
  const library = await source.obtain(force);
  const folder = await engineFolder(source);
  const build = async (unfinished: string): Promise<void> => {
    onStage('compiling the add-on');
    await compileAddon([unfinished, folder], findPackage() ?? (await fetchPackage()), library);
    await rm(join(unfinished, 'scrap'), { recursive: true });
    onStage('trying it');
    await writeFile(join(unfinished, 'version'), await versionOf(join(unfinished, ADDON)));
  };
  await buildFolder(folder, build, force);
  const engine = await readEngine(source);
  if (!engine) throw new Error(`${folder}: expected a finished engine; delete this folder and run \`dust3r setup\``);
  return engine;
}

/** Loads the add-on in a process of its own, so that a library that crashes does not take this one along. */
async function versionOf(addon: string): Promise<string> {
  const script = 'process.stdout.write(require(process.argv[1]).TF_Version)';
  return runCommand(process.execPath, ['-e', script, addon]);
}

/** Everything that the compiled add-on depends on is in the folder's name. */
async function engineFolder(source: LibrarySource): Promise<string> {
  const name = `tfjs-node-gpu-${PACKAGE_VERSION}-${source.key}-${await sourcesHash()}`;
  return join(cacheFolder(), 'engines', name);
}
