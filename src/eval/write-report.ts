import { join } from 'node:path';
import { writeFileAtomically } from '#files/atomic-file.ts';
import { makeFolder } from '#files/folder.ts';
import type { EvalReport } from './report.ts';

/** Writes eval.json into a folder, which is made where it is missing. @returns its path */
export async function writeReport(folder: string, report: EvalReport): Promise<string> {
  await makeFolder(folder);
  const path = join(folder, 'eval.json');
  await writeFileAtomically(path, `${JSON.stringify(report, null, 1)}\n`);
  return path;
}
