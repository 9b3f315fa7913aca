import { join } from 'node:path';
import type { Argv, CommandModule } from 'yargs';

const builder = (yargs: Argv) =>
  yargs
    .positional('runs', { type: 'string', array: true, demandOption: true, describe: 'folders of training runs' })
    .option('output', {
      alias: 'o',
      type: 'string',
      describe: "file to write; default: plot.html in the first run's folder",
    })
    .option('samples', {
      type: 'number',
      default: 24,
      describe: 'most sample pictures of each run and test set, 0 for none',
    });

type Arguments = Awaited<ReturnType<typeof builder>['argv']>;

/** `dust3r plot runs/a runs/b --output page.html`: curves and sample predictions of training runs on one page. */
export const plotCommand: CommandModule<object, Arguments> = {
  command: 'plot <runs..>',
  describe: 'draw the curves of training runs',
  builder: builder as (yargs: Argv) => Argv<Arguments>,
  handler: async ({ runs, output, samples }) => {
    if (!Number.isInteger(samples) || samples < 0)
      throw new Error(`--samples: expected a whole number from 0, got ${samples}`);
    const { renderPlot } = await import('#train/plot/render-plot.ts');
    const { writeFileAtomically } = await import('#files/atomic-file.ts');
    const page = await renderPlot(runs, { samples });
    const file = output ?? join(runs[0] ?? '.', 'plot.html');
    await writeFileAtomically(file, page);
    console.log(`${file}: ${(page.length / 1e6).toFixed(1)} MB, open it in a browser`);
  },
};
