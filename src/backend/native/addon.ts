import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, realpath, rename, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from './command.ts';
import type { Library } from './shared-object.ts';

export const ADDON = 'tfjs_binding.node';
export const MUTE = 'mute.node';

/** Our own parts of the add-on, in C and C++. */
const OUR_SOURCES = fileURLToPath(new URL('./addon', import.meta.url));

/** The loop vectoriser needs to know that nobody looks at errno, traps or the sign of zero. */
const OPTIMIZE = ['-O3', '-fno-math-errno', '-fno-trapping-math', '-fno-signed-zeros'];

/**
 * Compiles the native engine's add-on, and the small one that mutes stderr, into `folder`.
 * @param source the folder of @tensorflow/tfjs-node-gpu
 * @param finalFolder where `folder` will be in the end: the libraries are found from there
 */
export async function compileAddon(
  [folder, finalFolder]: readonly [string, string],
  source: string,
  library: Library,
): Promise<void> {
  const scrap = join(folder, 'scrap');
  await mkdir(scrap);
  await cp(join(source, 'binding'), join(scrap, 'binding'), { recursive: true });
  await cp(OUR_SOURCES, join(scrap, 'ours'), { recursive: true });
  await writeFile(join(scrap, 'binding.gyp'), JSON.stringify(gypFile(finalFolder, library), null, 2));
  const [program, ...args] = await nodeGyp();
  await runCommand(program, [...args, 'rebuild', '--jobs', '2', ...localHeaders()], { cwd: scrap });
  for (const name of [ADDON, MUTE]) await rename(join(scrap, 'build', 'Release', name), join(folder, name));
}

/** Changes with our sources, so that an add-on of older ones is not taken for the current. */
export async function sourcesHash(): Promise<string> {
  const hash = createHash('sha256').update(OPTIMIZE.join());
  for (const name of (await readdir(OUR_SOURCES)).sort()) hash.update(await readFile(join(OUR_SOURCES, name)));
  return hash.digest('hex').slice(0, 8);
}

function gypFile(finalFolder: string, library: Library): object {
  const isMac = process.platform === 'darwin';
  const origin = isMac ? '@loader_path' : '$$ORIGIN';
  const paths = library.searchPath.map((path) => {
    const fromAddon = library.isInCache ? `${origin}/${relative(finalFolder, path)}` : path;
    return `-Wl,-rpath,'${fromAddon}'`;
  });
  // The old kind of rpath also serves libraries that TensorFlow opens by name later, as it does with CUDA's.
  const oldTags = isMac ? [] : ['-Wl,--disable-new-dtags'];
  const addon = {
    target_name: 'tfjs_binding',
    sources: [
      'binding/tfjs_backend.cc',
      'binding/tfjs_binding.cc',
      'ours/log_level.cc',
      'ours/ops.cc',
      'ours/attention.cc',
      'ours/linear.cc',
      'ours/align.cc',
      'ours/branch.cc',
      'ours/head.cc',
      'ours/loss.cc',
      'ours/optimizer.cc',
      'ours/product.cc',
    ],
    include_dirs: [library.include],
    defines: ['NAPI_VERSION=8'],
    cflags: ['-w', ...OPTIMIZE],
    xcode_settings: { OTHER_CFLAGS: OPTIMIZE },
    libraries: [...library.files, ...oldTags, ...paths],
  };
  const mute = { target_name: 'mute', sources: ['ours/mute.c'], defines: ['NAPI_VERSION=8'] };
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
