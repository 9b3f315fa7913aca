import { existsSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ARCHIVE_VERSION, obtainArchive } from './archive.ts';
import { buildFolder, cacheFolder } from './cache.ts';
import { runCommand } from './command.ts';
import { describeLibrary, type Library } from './shared-object.ts';
import { obtainWheel, WHEEL_VERSION } from './wheel.ts';

export type Device = 'cpu' | 'gpu';

/** One way to get libtensorflow. */
export interface LibrarySource {
  readonly title: string;
  /** Names the library in the cache: its version and the system it is for. */
  readonly key: string;
  readonly device: Device;
  /** Finds the library, or gets it into the cache first. @param force get it anew */
  readonly obtain: (force: boolean) => Promise<Library>;
}

/** Every way to get libtensorflow on this machine, the best first. */
export async function librarySources(): Promise<LibrarySource[]> {
  const named = process.env['DUST3R_LIBTENSORFLOW'];
  const gpu = (await nvidiaGpu()) !== undefined;
  const cpuWheels = [`tensorflow-cpu==${WHEEL_VERSION}`, `tensorflow==${WHEEL_VERSION}`];
  return [
    ...(named ? [await namedSource(named, gpu ? 'gpu' : 'cpu')] : []),
    ...(gpu ? [wheelSource('gpu', [`tensorflow[and-cuda]==${WHEEL_VERSION}`])] : []),
    wheelSource('cpu', process.platform === 'darwin' ? cpuWheels.slice(1) : cpuWheels),
    cachedSource('the archive of libtensorflow', [ARCHIVE_VERSION, 'cpu'], obtainArchive),
  ];
}

/** The name of this machine's first NVIDIA GPU. */
export async function nvidiaGpu(): Promise<string | undefined> {
  const query = ['--query-gpu=name', '--format=csv,noheader'];
  const names = await runCommand('nvidia-smi', query, { timeoutMs: 20_000 }).catch(() => '');
  return names.split('\n')[0]?.trim() || undefined;
}

/** The library, or the folder that holds it, which the environment names. */
async function namedSource(path: string, device: Device): Promise<LibrarySource> {
  const real = await realpath(path).catch(() => path);
  const found = await stat(real).catch(() => undefined);
  const folder = found?.isFile() ? dirname(real) : real;
  const slug = folder.replace(/[^A-Za-z0-9.]+/g, '-').slice(-80);
  return {
    title: `DUST3R_LIBTENSORFLOW=${path}`,
    key: `named${slug}-${Math.round(found?.mtimeMs ?? 0)}-${device}`,
    device,
    obtain: () => describeLibrary(folder),
  };
}

function wheelSource(device: Device, requirements: readonly string[]): LibrarySource {
  return cachedSource(`pip install ${requirements[0]}`, [WHEEL_VERSION, device], (folder) =>
    obtainWheel(folder, requirements),
  );
}

function cachedSource(
  title: string,
  [version, device]: readonly [string, Device],
  fill: (folder: string) => Promise<void>,
): LibrarySource {
  const key = `tensorflow-${version}-${process.platform}-${process.arch}-${device}`;
  const folder = join(cacheFolder(), 'libraries', key);
  const obtain = async (force: boolean): Promise<Library> => {
    if (force || !existsSync(folder)) await buildFolder(folder, fill, force);
    return describeLibrary(folder);
  };
  return { title, key, device, obtain };
}
