import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { buildFolder, cacheFolder } from './cache.ts';
import { runCommand } from './command.ts';

const PACKAGE = '@tensorflow/tfjs-node-gpu';
export const PACKAGE_VERSION = '4.22.0';

/** Its own dependency that the part of it which we load needs. */
const PROTOBUF_VERSION = '3.21.4';

const require = createRequire(import.meta.url);

/** Where @tensorflow/tfjs-node-gpu is: in node_modules, else where fetchPackage() puts it; undefined before that. */
export function findPackage(): string | undefined {
  try {
    return dirname(require.resolve(`${PACKAGE}/package.json`));
  } catch {
    const fetched = join(fetchedFolder(), 'node_modules', PACKAGE);
    return existsSync(fetched) ? fetched : undefined;
  }
}

/**
 * Fetches @tensorflow/tfjs-node-gpu through npm into the cache, for when it is not in node_modules.
 * It resolves tfjs to ours, since there must be only one tfjs in a process.
 */
export async function fetchPackage(): Promise<string> {
  await buildFolder(fetchedFolder(), async (folder) => {
    const modules = join(folder, 'node_modules');
    await unpack(folder, `${PACKAGE}@${PACKAGE_VERSION}`, join(modules, PACKAGE));
    await unpack(folder, `google-protobuf@${PROTOBUF_VERSION}`, join(modules, 'google-protobuf'));
    await symlink(tfjsFolder(), join(modules, '@tensorflow', 'tfjs'), 'dir');
    await symlink(coreFolder(), join(modules, '@tensorflow', 'tfjs-core'), 'dir');
  });
  return join(fetchedFolder(), 'node_modules', PACKAGE);
}

async function unpack(folder: string, name: string, target: string): Promise<void> {
  const scrap = join(folder, `scrap-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`);
  await mkdir(scrap);
  await mkdir(dirname(target), { recursive: true });
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  await runCommand(npm, ['pack', '--silent', name], { cwd: scrap });
  const [tarball] = await readdir(scrap);
  if (!tarball) throw new Error(`npm pack ${name}: expected it to write a file, found none`);
  await runCommand('tar', ['-xzf', tarball], { cwd: scrap });
  await rename(join(scrap, 'package'), target);
  await rm(scrap, { recursive: true });
}

/** One folder for each tfjs that it is linked to. */
function fetchedFolder(): string {
  const tfjs = createHash('sha256').update(tfjsFolder()).digest('hex').slice(0, 12);
  return join(cacheFolder(), 'packages', `tfjs-node-gpu-${PACKAGE_VERSION}-${tfjs}`);
}

function tfjsFolder(): string {
  return dirname(require.resolve('@tensorflow/tfjs/package.json'));
}

/** The tfjs-core of our tfjs. */
function coreFolder(): string {
  return dirname(createRequire(join(tfjsFolder(), 'package.json')).resolve('@tensorflow/tfjs-core/package.json'));
}
