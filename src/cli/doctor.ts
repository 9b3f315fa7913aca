import type { CommandModule } from 'yargs';
import type { EngineReport } from '#backend/measure.ts';

interface DoctorArguments {
  readonly json: boolean;
}

/** `dust3r doctor`: what works on this machine, and how fast. */
export const doctorCommand: CommandModule<object, DoctorArguments> = {
  command: 'doctor',
  describe: 'show which engines work here, and how fast they are',
  builder: (yargs) => yargs.option('json', { type: 'boolean', default: false, describe: 'print it as JSON' }),
  handler: async ({ json }) => {
    const { measureEngines } = await import('#backend/measure.ts');
    const { cacheFolder } = await import('#backend/native/cache.ts');
    const machine = { node: process.version, system: `${process.platform}-${process.arch}`, cache: cacheFolder() };
    const engines = await measureEngines();
    if (json) console.log(JSON.stringify({ ...machine, engines }, null, 2));
    else
      console.log(
        [`Node ${machine.node} on ${machine.system}`, `cache ${machine.cache}`, ...engines.map(line)].join('\n'),
      );
  },
};

function line(engine: EngineReport): string {
  const name = engine.name.padEnd(10);
  if (!engine.works) return `${name} –   ${engine.reason}`;
  return `${name} ok  ${engine.version.padEnd(8)} ${engine.gflops.toPrecision(3).padStart(7)} GFLOP/s  ${engine.device}`;
}
