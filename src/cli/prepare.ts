import type { Argv, CommandModule } from 'yargs';
import { datasetCatalog } from '#prepare/datasets/catalog.ts';
import { prepareCheckCommand } from './prepare-check.ts';
import { prepareDatasetCommand } from './prepare-dataset.ts';
import { prepareSyntheticCommand } from './prepare-synthetic.ts';

const datasetNames = datasetCatalog.map(({ name }) => name).join(', ');

/** `dust3r prepare …`: makes data to train on, and checks it. */
export const prepareCommand: CommandModule = {
  command: 'prepare',
  describe: 'make data to train on, or check it',
  builder: (yargs: Argv) =>
    datasetCatalog
      .map(prepareDatasetCommand)
      .reduce(
        (all, command) => all.command(command),
        yargs.command(prepareSyntheticCommand).command(prepareCheckCommand),
      )
      .demandCommand(1, `expected what to prepare: synthetic, check, ${datasetNames}`),
  handler: () => undefined,
};
