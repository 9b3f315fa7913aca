import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { startBackend } from '#cli/backend-option.ts';

describe('cli/backend-option: startBackend', () => {
  const error = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  afterEach(() => {
    error.mockClear();
  });

  it('says on stderr which engine computes', async () => {
    expect(await startBackend('cpu', false)).toBe('cpu');
    expect(error.mock.calls).toEqual([[expect.stringMatching(/^engine: cpu \d+\.\d+\.\d+ \(CPU\)$/)]]);
  });

  it('says of each better engine why it is not used', async () => {
    const name = await startBackend('auto', false);
    const lines = error.mock.calls.map(([line]) => String(line));
    expect(lines.at(-1)).toMatch(new RegExp(`^engine: ${name} `));
    for (const line of lines.slice(0, -1)) expect(line).toMatch(/^engine (tensorflow|webgpu|wasm) is not used: .+/);
  });

  it('is silent on demand, and hands on why an engine does not work', async () => {
    await startBackend('cpu', true);
    await expect(startBackend('cuda' as 'cpu', true)).rejects.toThrow('engine: expected tensorflow, webgpu, wasm, cpu');
    expect(error).not.toHaveBeenCalled();
  });
});
