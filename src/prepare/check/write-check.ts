import { join } from 'node:path';
import { writeFileAtomically } from '#files/atomic-file.ts';
import { makeFolder } from '#files/folder.ts';
import { renderCheckPage } from './check-page.ts';
import type { CheckedData } from './check-report.ts';

/**
 * Writes index.html (verdicts and sample pairs, nothing else needed) and report.json into a folder, which is made.
 * @returns the paths
 * @throws Error, one line, where the folder or a file cannot be written
 */
export async function writeCheck(folder: string, checked: CheckedData): Promise<string[]> {
  await makeFolder(folder);
  const page = join(folder, 'index.html');
  const report = join(folder, 'report.json');
  await writeFileAtomically(page, await renderCheckPage(checked));
  await writeFileAtomically(report, `${JSON.stringify(checked.report, null, 2)}\n`);
  return [page, report];
}
