import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
}

function describeMachine(): Machine {
  const cores = cpus();
  return {
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform}-${process.arch}`,
    node: process.version,
  };
}

/** Appends one benchmark's options and result to bench/results.jsonl, with the date, the commit and the machine. */
export function recordResult(task: string, options: object, result: object): void {
  const entry = { date: new Date().toISOString(), commit: commit(), machine: describeMachine(), task, options, result };
  appendFileSync(
    fileURLToPath(new URL('results.jsonl', import.meta.url)),
    `${JSON.stringify(entry, toThreeDecimals)}\n`,
  );
}

/** For JSON.stringify: a microsecond of a run says nothing. */
export function toThreeDecimals(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1e3) / 1e3 : value;
}

/** The commit that was measured, marked when the sources differ from it. */
function commit(): string {
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { cwd, encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return 'unknown: no git repository';
  }
}
