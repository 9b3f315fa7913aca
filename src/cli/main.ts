#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { convertCommand } from './convert.ts';
import { doctorCommand } from './doctor.ts';
import { evalCommand } from './eval.ts';
import { exportCommand } from './export.ts';
import { inferCommand } from './infer.ts';
import { kebabOptions } from './kebab-options.ts';
import { plotCommand } from './plot.ts';
import { prepareCommand } from './prepare.ts';
import { reconstructCommand } from './reconstruct.ts';
import { setupCommand } from './setup.ts';
import { expectSingleValues } from './single-values.ts';
import { trainCommand } from './train.ts';
import { viewCommand } from './view.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

// A reader that closes its end early, such as head, has what it wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

try {
  await yargs(kebabOptions(hideBin(process.argv)))
    .scriptName('dust3r')
    .usage('$0 <command>\n\nPhotographs to cameras and dense 3D.')
    .command(reconstructCommand)
    .command(inferCommand)
    .command(exportCommand)
    .command(trainCommand)
    .command(plotCommand)
    .command(prepareCommand)
    .command(viewCommand)
    .command(evalCommand)
    .command(convertCommand)
    .command(setupCommand)
    .command(doctorCommand)
    .demandCommand(
      1,
      'expected a command: reconstruct, infer, export, train, plot, prepare, view, eval, convert, setup or doctor',
    )
    .strictCommands()
    .strict()
    .check(expectSingleValues)
    .wrap(Math.min(110, process.stdout.columns ?? 110))
    .version(version)
    .fail((message, error) => {
      throw error ?? new Error(`${message.replaceAll(/\s*\n\s*/g, ' ')}; see dust3r --help`);
    })
    .parseAsync();
} catch (error) {
  const isDebugging = process.env['DUST3R_DEBUG'] === '1';
  console.error(`dust3r: ${isDebugging ? (error as Error).stack : (error as Error).message}`);
  process.exitCode ??= 1;
}
