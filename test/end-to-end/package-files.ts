import { execFile, execFileSync } from 'node:child_process';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** What `npm pack` says of the tarball that it made. */
export interface Packed {
  readonly tarball: string;
  readonly bytes: number;
  readonly files: readonly string[];
}

/** Builds and packs a copy of the sources, so that the repository's own `dist` stays as it is. */
export async function buildAndPack(folder: string): Promise<Packed> {
  const { files } = JSON.parse(await readFile('package.json', 'utf8')) as { files: string[] };
  const needed = ['src', 'scripts', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];
  await mkdir(folder);
  for (const name of [...needed, ...files.filter((file) => file !== 'dist')])
    await cp(name, join(folder, name), { recursive: true });
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  await run(process.execPath, ['--import', 'tsx', 'scripts/build.ts'], folder);
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', '.'], folder);
  const [{ filename, size, files: packed }] = JSON.parse(stdout);
  const paths = (packed as { path: string }[]).map(({ path }) => path);
  return { tarball: join(folder, filename), bytes: size, files: paths };
}

/** Makes an empty project with the tarball as its only dependency. */
export async function installPacked(tarball: string, project: string): Promise<void> {
  await mkdir(project);
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'empty', private: true, type: 'module' }));
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  await run('npm', ['install', ...quiet, tarball], project);
}

/** Runs a program; fails with all that it printed. */
export function run(program: string, args: readonly string[], cwd: string) {
  return new Promise<{ readonly stdout: string; readonly stderr: string }>((done, fail) => {
    execFile(program, args, { cwd, env: plainEnvironment(), maxBuffer: 2 ** 24 }, (error, stdout, stderr) =>
      error ? fail(new Error(`${program} ${args.join(' ')}\n${stdout}\n${stderr}`)) : done({ stdout, stderr }),
    );
  });
}

/** Why nothing can be installed here, or undefined. */
export function registryObstacle(): string | undefined {
  try {
    execFileSync('npm', ['view', 'yargs', 'version', '--fetch-retries=0', '--fetch-timeout=10000'], {
      env: plainEnvironment(),
      stdio: 'pipe',
    });
    return undefined;
  } catch (error) {
    const lines = String((error as { stderr?: Buffer }).stderr).split('\n');
    return lines.find((line) => line.startsWith('npm error')) ?? (error as Error).message;
  }
}

/** Without what jest, and the npm that runs it, hand down to the programs they start. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const handedDown =
    /^(npm_(package|lifecycle)_|npm_config_(call|prefix|local_prefix|global_prefix)$|NODE_OPTIONS$|NODE_ENV$|JEST_)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !handedDown.test(name)));
}
