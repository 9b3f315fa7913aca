import type { CommandModule } from 'yargs';

interface SetupArguments {
  readonly force: boolean;
}

/** `dust3r setup`: gets the native engine once; without it everything runs on WebAssembly. */
export const setupCommand: CommandModule<object, SetupArguments> = {
  command: 'setup',
  describe: 'get the native engine (libtensorflow), once',
  builder: (yargs) =>
    yargs.option('force', {
      type: 'boolean',
      default: false,
      describe: 'get it anew, though it is there or failed a moment ago',
    }),
  handler: async ({ force }) => {
    const { setupNative } = await import('#backend/native/setup.ts');
    const result = await setupNative({ force, onStage: (line) => console.log(`… ${line}`) });
    if (result.engine) {
      const { version, device, folder } = result.engine;
      console.log(`ready: the native engine, TensorFlow ${version} (${device}), in ${folder}`);
    } else {
      console.log(`ready: WebAssembly, since the native engine cannot be had (${result.reasons.join('; ')})`);
    }
  },
};
