import { existsSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { readLines } from '#train/log/lines.ts';
import { parseRecord } from '#train/log/log-record.ts';
import { runFiles } from '#train/log/run-log.ts';
import type { RunData } from './plot-data.ts';
import { RunHistory } from './run-history.ts';

/**
 * Reads what a run has logged, be it running, killed or done. Lines that are damaged are passed over and counted, and a
 * last line that is just being written is no line yet. A run that has not logged a step has empty curves.
 *
 * @throws Error if the folder is missing, or is none of a run, or its log has no line of a run
 */
export function readRun(folder: string): RunData {
  const log = expectRun(folder);
  const history = new RunHistory();
  if (log) addLines(history, log);
  return history.data(basename(resolve(folder)));
}

function addLines(history: RunHistory, log: string): void {
  let isLog = false;
  let firstText: string | undefined;
  for (const { text, isWhole } of readLines(log)) {
    firstText ??= text;
    const record = parseRecord(text);
    isLog ||= record !== undefined;
    if (isWhole && text !== '') history.add(record);
  }
  if (isLog) return;
  const found = firstText === undefined ? 'nothing' : JSON.stringify(firstText.slice(0, 40));
  throw new Error(
    `${log}, line 1: expected a line that a training run has logged, as {"kind":"start",…}, found ${found}`,
  );
}

/** The path of the log; undefined if the run has not begun one. */
function expectRun(folder: string): string | undefined {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new Error(`${folder}: there is no such folder`);
  const log = join(folder, runFiles.log);
  if (existsSync(log)) return log;
  if (existsSync(join(folder, 'config.json'))) return undefined;
  throw new Error(`${folder}: expected the folder of a training run, with ${runFiles.log} in it, but it has none`);
}
