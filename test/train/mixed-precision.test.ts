import { describe, expect, it } from '@jest/globals';
import { hasBfloat16 } from '#tensor/packed-weight.ts';
import { useBackend } from '#test/support/backend.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { microRun } from './micro-run.ts';

useBackend();
const temporary = useTemporaryFolder();

const run = async (name: string, amp: boolean) => {
  const { steps } = await microRun({ outputDir: temporary(name), amp, epochs: 6 });
  return steps.map(({ loss }) => loss);
};

describe('train: mixed precision', () => {
  it('follows the loss curve of float32, or is refused by an engine that lacks it', async () => {
    if (!hasBfloat16()) {
      await expect(run('mixed', true)).rejects.toThrow(/^--amp: .*expected the native engine on a CPU/);
      return;
    }
    const [mixed, plain] = [await run('mixed', true), await run('plain', false)];
    expect(mixed).not.toEqual(plain);
    expect(mixed).toHaveLength(plain.length);
    mixed.forEach((loss, i) => {
      expect(Math.abs(loss - (plain[i] as number))).toBeLessThan(0.02 * Math.abs(plain[0] as number));
    });
  });

  it('resumes to the last bit', async () => {
    if (!hasBfloat16()) return;
    const outputDir = temporary('resumed');
    const whole = await run('whole', true);
    const first = await microRun(
      { outputDir, amp: true, epochs: 6 },
      (event) => event.type === 'step' && event.step === 9,
    );
    const rest = await microRun({ outputDir, amp: true, epochs: 6 });
    expect([...first.steps, ...rest.steps].map(({ loss }) => loss)).toEqual(whole);
  });
});
