import type { Argv, CommandModule } from 'yargs';
import { prepareCheckCommand } from './prepare-check.ts';
import { prepareSyntheticCommand } from './prepare-synthetic.ts';

/** `dust3r prepare …`: makes data to train on, and checks it. */
export const prepareCommand: CommandModule = {
  command: 'prepare',
  describe: 'make data to train on, or check it',
  builder: (yargs: Argv) =>
    yargs
      .command(prepareSyntheticCommand)
      .command(prepareCheckCommand)
      .demandCommand(1, 'expected what to prepare: synthetic or check'),
  handler: () => undefined,
};
