/**
 * Compares this project with the reference's numbers.
 *   npm run golden                      the copy in test/fixtures/golden
 *   npm run golden -- ../shared/golden  a folder of the same layout
 *   npm run golden -- --backend wasm
 * One line a file: the worst relative error and its tolerance. Exits 1 if any is exceeded or nothing was compared.
 */
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { chooseBackend } from '#backend/choose.ts';
import { checkAlign } from './align.ts';
import { checkCheckpoints } from './checkpoints.ts';
import { checkData } from './data.ts';
import { checkLosses } from './losses.ts';
import { checkModel } from './model.ts';
import { type FileReport, isWithin, reportLine } from './report.ts';
import { checkTrain } from './train.ts';

const checks = [checkModel, checkCheckpoints, checkData, checkAlign, checkLosses, checkTrain];

const argv = await yargs(hideBin(process.argv))
  .usage('npm run golden -- [folder]')
  .option('backend', { choices: ['auto', 'tensorflow', 'webgpu', 'wasm', 'cpu'] as const, default: 'auto' as const })
  .strictOptions()
  .parse();
const folder = String(argv._[0] ?? new URL('../fixtures/golden', import.meta.url).pathname);

const { name } = await chooseBackend(argv.backend);
console.log(`golden: ${folder} on ${name}`);
const reports: FileReport[] = [];
for (const check of checks) {
  for (const report of await check(folder)) {
    reports.push(report);
    console.log(reportLine(report));
  }
}
const failed = reports.filter(({ comparisons }) => !comparisons.every(isWithin));
const skipped = reports.filter(({ missing }) => missing);
const passed = reports.length - failed.length - skipped.length;
console.log(`${passed} passed, ${failed.length} failed, ${skipped.length} skipped`);
process.exitCode = failed.length > 0 || passed === 0 ? 1 : 0;
