import { spawnSync } from 'node:child_process';
import { describe } from '@jest/globals';
import { useBackend } from '#test/support/backend.ts';
import { itAgreesOnMixedOrientations } from './golden-folder.ts';

/** Why WebGPU does not work here, or undefined. Asked in a process of its own, since tests are declared without waiting. */
function obstacleOf(engine: string): string | undefined {
  const program = `import { chooseBackend } from '#backend/choose.ts'; await chooseBackend('${engine}'); process.exit(0);`;
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program]);
  return status === 0 ? undefined : (/^Error: (.*)$/m.exec(String(stderr))?.[1] ?? `exit code ${status}`);
}

const obstacle = obstacleOf('webgpu');
if (obstacle) console.warn(`SKIPPED: the network is not compared on webgpu: ${obstacle}`);
const withWebGpu = obstacle ? describe.skip : describe;

withWebGpu(`golden/model, on webgpu${obstacle ? ` (skipped: ${obstacle})` : ''}`, () => {
  useBackend('webgpu');
  itAgreesOnMixedOrientations();
});
