import { execFile } from 'node:child_process';
import { resolve } from 'node:path';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `dust3r` as a process of its own, from the sources. */
export function dust3r(...args: readonly string[]): Promise<Outcome> {
  return runNode(['--import', 'tsx', resolve('src/cli/main.ts'), ...args]);
}

export function runNode(args: readonly string[], cwd = process.cwd()): Promise<Outcome> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return new Promise((done) => {
    execFile(process.execPath, args, { cwd, env, maxBuffer: 2 ** 24 }, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

/** Runs each case, two at a time. */
export async function inPairs<Case, Result>(
  cases: readonly Case[],
  run: (each: Case) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = [...cases.entries()];
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) results[next[0]] = await run(next[1]);
  };
  await Promise.all([work(), work()]);
  return results;
}

/** The lines by which the program says that it failed. */
export function complaints({ stderr }: Outcome): string[] {
  return stderr.split('\n').filter((line) => line.startsWith('dust3r: '));
}
