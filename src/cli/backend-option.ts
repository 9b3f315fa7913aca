import { type BackendName, chooseBackend } from '#backend/choose.ts';

/** The `--backend` of every command that computes. */
export const backendOption = {
  choices: ['auto', 'tensorflow', 'webgpu', 'wasm', 'cpu'] as const,
  default: 'auto' as const,
  describe: 'engine to compute on; auto takes the best that works',
};

/** Chooses the engine and says, on stderr, which it is and which faster ones could not be had. */
export async function startBackend(name: BackendName | 'auto', isQuiet: boolean): Promise<BackendName> {
  const report = await chooseBackend(name);
  if (!isQuiet) {
    for (const passed of report.passedOver) console.error(`engine ${passed.name} is not used: ${passed.reason}`);
    console.error(`engine: ${report.name} ${report.version} (${report.device})`);
  }
  return report.name;
}
