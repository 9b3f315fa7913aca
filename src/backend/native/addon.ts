import { existsSync } from 'node:fs';
import { cp, realpath, rename, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join, relative, resolve } from 'node:path';
import { runCommand } from './command.ts';
import { LOG_LEVEL_SOURCE, MUTE_SOURCE } from './quiet-source.ts';
import type { Library } from './shared-object.ts';

export const ADDON = 'tfjs_binding.node';
export const MUTE = 'mute.node';

/**
 * Compiles the native engine's add-on, and the small one that mutes stderr, into `folder`. Libraries inside `folder` are found
 * relative to the add-on, so that the folder can be renamed; others by their absolute path.
 * @param source the folder of @tensorflow/tfjs-node-gpu
 */
export async function compileAddon(folder: string, source: string, library: Library): Promise<void> {
  const scrap = join(folder, 'scrap', 'addon');
  await cp(join(source, 'binding'), join(scrap, 'binding'), { recursive: true });
  await writeFile(join(scrap, 'binding', 'log_level.cc'), LOG_LEVEL_SOURCE);
  await writeFile(join(scrap, 'binding', 'mute.c'), MUTE_SOURCE);
  await writeFile(join(scrap, 'binding.gyp'), JSON.stringify(gypFile(folder, library), null, 2));
  const [program, ...args] = await nodeGyp();
  await runCommand(program, [...args, 'rebuild', '--jobs', '2', ...localHeaders()], { cwd: scrap });
  for (const name of [ADDON, MUTE]) await rename(join(scrap, 'build', 'Release', name), join(folder, name));
}

function gypFile(folder: string, library: Library): object {
  const isMac = process.platform === 'darwin';
  const origin = isMac ? '@loader_path' : '$$ORIGIN';
  const paths = library.searchPath.map((path) => {
    const inside = relative(folder, path);
    return `-Wl,-rpath,'${inside.startsWith('..') ? path : `${origin}/${inside}`}'`;
  });
  // The old kind of rpath also serves libraries that TensorFlow opens by name later, as it does with CUDA's.
  const oldTags = isMac ? [] : ['-Wl,--disable-new-dtags'];
  const addon = {
    target_name: 'tfjs_binding',
    sources: ['binding/tfjs_backend.cc', 'binding/tfjs_binding.cc', 'binding/log_level.cc'],
    include_dirs: [library.include],
    defines: ['NAPI_VERSION=8'],
    cflags: ['-w'],
    libraries: [...library.files, ...oldTags, ...paths],
  };
  const mute = { target_name: 'mute', sources: ['binding/mute.c'], defines: ['NAPI_VERSION=8'] };
  return { targets: [addon, mute] };
}

/** The headers that come with this Node, where they do: node-gyp else downloads them. */
function localHeaders(): string[] {
  const prefix = resolve(dirname(process.execPath), '..');
  return existsSync(join(prefix, 'include', 'node', 'node_api.h')) ? [`--nodedir=${prefix}`] : [];
}

/** node-gyp comes with npm: where npm says it is, beside this Node's npm or the one on the PATH, else through npx. */
async function nodeGyp(): Promise<[string, ...string[]]> {
  const named = process.env['npm_config_node_gyp'];
  const places = [join(dirname(process.execPath), '..', 'lib'), dirname(process.execPath)].map((prefix) =>
    join(prefix, 'node_modules', 'npm'),
  );
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const npm = await realpath(join(folder, 'npm')).catch(() => undefined);
    if (npm) places.push(resolve(dirname(npm), '..'));
  }
  const scripts = places.map((npm) => join(npm, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js'));
  const script = [named ?? '', ...scripts].find((path) => path && existsSync(path));
  return script ? [process.execPath, script] : ['npx', '--yes', 'node-gyp'];
}
