import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ARCHIVE_VERSION, obtainArchive } from './archive.ts';
import { runCommand } from './command.ts';
import { describeLibrary, type Library } from './shared-object.ts';
import { obtainWheel, WHEEL_VERSION } from './wheel.ts';

export type Device = 'cpu' | 'gpu';

/** One way to get libtensorflow. */
export interface LibrarySource {
  readonly title: string;
  /** The library's part of the cache folder's name. */
  readonly key: string;
  readonly device: Device;
  /** Finds the library, or puts it into `folder`/library; what only the compiler needs goes into `folder`/scrap. */
  readonly obtain: (folder: string) => Promise<Library>;
}

/** Every way to get libtensorflow on this machine, the best first. */
export async function librarySources(): Promise<LibrarySource[]> {
  const named = process.env['DUST3R_LIBTENSORFLOW'];
  const cpuWheels = [`tensorflow-cpu==${WHEEL_VERSION}`, `tensorflow==${WHEEL_VERSION}`];
  return [
    ...(named ? [await namedSource(named)] : []),
    ...((await nvidiaGpu()) ? [wheelSource('gpu', [`tensorflow[and-cuda]==${WHEEL_VERSION}`])] : []),
    wheelSource('cpu', process.platform === 'darwin' ? cpuWheels.slice(1) : cpuWheels),
    { title: 'the archive of libtensorflow', key: ARCHIVE_VERSION, device: 'cpu', obtain: obtainArchive },
  ];
}

/** The name of this machine's first NVIDIA GPU. */
export async function nvidiaGpu(): Promise<string | undefined> {
  const query = ['--query-gpu=name', '--format=csv,noheader'];
  const names = await runCommand('nvidia-smi', query, { timeoutMs: 20_000 }).catch(() => '');
  return names.split('\n')[0]?.trim() || undefined;
}

/** The library, or the folder that holds it, which the environment names. */
async function namedSource(path: string): Promise<LibrarySource> {
  const real = await realpath(path).catch(() => path);
  const found = await stat(real).catch(() => undefined);
  const folder = found?.isFile() ? dirname(real) : real;
  return {
    title: `DUST3R_LIBTENSORFLOW=${path}`,
    key: `named${folder.replace(/[^A-Za-z0-9.]+/g, '-').slice(-80)}-${Math.round(found?.mtimeMs ?? 0)}`,
    device: (await nvidiaGpu()) ? 'gpu' : 'cpu',
    obtain: () => describeLibrary(folder),
  };
}

function wheelSource(device: Device, requirements: readonly string[]): LibrarySource {
  return {
    title: `pip install ${requirements[0]}`,
    key: WHEEL_VERSION,
    device,
    obtain: (folder) => obtainWheel(folder, requirements),
  };
}
