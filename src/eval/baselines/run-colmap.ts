import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Its output, of which only the last lines are looked at. */
const maxOutputBytes = 256 * 2 ** 20;

/** How a run of COLMAP ended. */
export interface ColmapOutcome {
  readonly ended: 'well' | 'with an error' | 'by a crash';
  /** What it wrote, to stdout and stderr. */
  readonly output: string;
}

/**
 * Runs one of COLMAP's commands, without a window.
 * @throws the signal's reason when it is aborted, the program being killed; Error, one line, where it cannot be started
 */
export async function runColmap(
  program: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<ColmapOutcome> {
  signal?.throwIfAborted();
  const options = { killSignal: 'SIGKILL', maxBuffer: maxOutputBytes, ...(signal && { signal }) } as const;
  const env = { ...process.env, QT_QPA_PLATFORM: 'offscreen' };
  try {
    const { stdout, stderr } = await run(program, args, { ...options, env });
    return { ended: 'well', output: stdout + stderr };
  } catch (error) {
    signal?.throwIfAborted();
    return outcomeOf(error as ExecError, program);
  }
}

/** What Node tells of a program that did not end well. */
interface ExecError extends Error {
  /** Its exit status; a name such as ENOENT where it never started; null after a signal. */
  readonly code: number | string | null;
  readonly stdout?: string;
  readonly stderr?: string;
}

function outcomeOf(error: ExecError, program: string): ColmapOutcome {
  if (typeof error.code === 'string') throw new Error(whyNotStarted(error.code, program), { cause: error });
  const output = `${error.stdout ?? ''}${error.stderr ?? ''}`;
  return { ended: error.code === null ? 'by a crash' : 'with an error', output };
}

function whyNotStarted(code: string, program: string): string {
  const way = 'install COLMAP (Debian: apt-get install colmap), or leave this baseline out';
  if (code === 'ENOENT') return `${program}: there is no such program; ${way}`;
  return `${program}: cannot be run (${code}); ${way}`;
}
