import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runCommand } from './command.ts';

export const WHEEL_VERSION = '2.21.0';

const PIPS = [['python3', '-m', 'pip'], ['python', '-m', 'pip'], ['pip3'], ['pip']] as const;

const HEADERS = [
  'tensorflow/c',
  'tensorflow/core/platform',
  'tensorflow/core/common_runtime/next_pluggable_device/c',
  'tsl/platform',
  'xla/tsl/c',
  'absl',
];

/** A Python that TensorFlow has wheels for: asked for where the one that is here is too old or too new. */
const KNOWN_PYTHON = ['--python-version', '3.12', '--implementation', 'cp', '--abi', 'cp312'];

/**
 * Takes libtensorflow out of TensorFlow's Python wheel into `folder`: its shared objects into tensorflow/, the headers
 * that the add-on needs into include/ and, where they come as wheels too, CUDA's libraries into nvidia/.
 * @param requirements names of the wheel in pip's words; the first that pip finds is taken
 */
export async function obtainWheel(folder: string, requirements: readonly string[]): Promise<void> {
  const scrap = join(folder, 'scrap');
  await install(scrap, requirements);
  await keepSharedObjects(join(scrap, 'tensorflow'), join(folder, 'tensorflow'));
  await keepHeaders(join(scrap, 'tensorflow', 'include'), join(folder, 'include'));
  await rename(join(scrap, 'nvidia'), join(folder, 'nvidia')).catch(ignoreMissing);
  await rm(scrap, { recursive: true, force: true });
}

async function install(target: string, requirements: readonly string[]): Promise<void> {
  const pip = await findPip();
  const complaints: string[] = [];
  for (const python of [[], KNOWN_PYTHON]) {
    for (const requirement of requirements) {
      const done = await runCommand(pip[0] as string, [
        ...pip.slice(1),
        ...pipArguments(target, requirement),
        ...python,
      ])
        .then(() => true)
        .catch((error: Error) => complaints.push(error.message) < 0);
      if (done) return;
      await rm(target, { recursive: true, force: true });
    }
  }
  throw new Error(complaints[0]);
}

/** CUDA's libraries come as dependencies of tensorflow[and-cuda]; else the wheel itself is all that is needed. */
function pipArguments(target: string, requirement: string): string[] {
  const dependencies = requirement.includes('[') ? [] : ['--no-deps'];
  const patience = ['--retries', '1', '--timeout', '60'];
  const quiet = ['--no-input', '--progress-bar', 'off', '--disable-pip-version-check', '--no-compile'];
  return ['install', ...patience, ...quiet, ...dependencies, '--only-binary=:all:', '--target', target, requirement];
}

async function findPip(): Promise<readonly string[]> {
  for (const pip of PIPS) {
    const works = await runCommand(pip[0], [...pip.slice(1), '--version']).then(
      () => true,
      () => false,
    );
    if (works) return pip;
  }
  throw new Error(`no pip: tried ${PIPS.map((pip) => pip.join(' ')).join(', ')}`);
}

async function keepSharedObjects(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) {
    if (name.startsWith('libtensorflow')) await rename(join(from, name), join(to, name));
  }
}

/** Of TensorFlow's 290 MB of headers. */
async function keepHeaders(from: string, to: string): Promise<void> {
  for (const part of HEADERS) {
    await mkdir(dirname(join(to, part)), { recursive: true });
    await rename(join(from, part), join(to, part));
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
