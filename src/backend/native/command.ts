import { spawn } from 'node:child_process';

const TAIL_CHARACTERS = 20_000;

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
}

/**
 * Runs a program without a shell and returns the end of what it wrote to stdout.
 * @throws Error with the command and the last line it wrote, when it cannot start, fails or takes too long
 */
export function runCommand(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { cwd, env, timeoutMs = 20 * 60_000 } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // Not spawn's own timeout: its timer keeps the process alive when the program cannot be started.
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    let out = '';
    let all = '';
    const keep = (tail: string, chunk: unknown) => (tail + String(chunk)).slice(-TAIL_CHARACTERS);
    child.stdout.on('data', (chunk) => {
      out = keep(out, chunk);
      all = keep(all, chunk);
    });
    child.stderr.on('data', (chunk) => {
      all = keep(all, chunk);
    });
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve(out);
      else reject(new Error(`${program} ${args.join(' ')}: ${signal ?? `exit status ${code}`}: ${complaint(all)}`));
    });
  });
}

/** The first line of a compiler's or pip's that says what is wrong, else the last line that names an error. */
function complaint(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const first = lines.find((line) => /\berror:/i.test(line));
  return first ?? lines.findLast((line) => /error|cannot|not found/i.test(line)) ?? lines.at(-1) ?? 'it wrote nothing';
}
