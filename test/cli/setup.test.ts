import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { setupCommand } from '#cli/setup.ts';
import { useTemporary } from '../backend/temporary.ts';

describe('cli/setup: dust3r setup', () => {
  const temporary = useTemporary();
  const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);

  const setup = async (force: boolean) => setupCommand.handler({ force, _: ['setup'], $0: 'dust3r' });

  afterEach(() => {
    log.mockClear();
  });

  it('says where it is, as its last line, when the engine is there or falls back to WebAssembly', async () => {
    await setup(false);
    expect(log.mock.lastCall?.[0]).toMatch(/^ready: (the native engine, TensorFlow \d|WebAssembly, since )/);
  });

  it('goes on with WebAssembly, and says why, where the engine cannot be had', async () => {
    process.env['DUST3R_CACHE'] = temporary.path('cache');
    process.env['PATH'] = temporary.path();
    process.env['TFJS_NODE_CDN_STORAGE'] = 'http://127.0.0.1:9/';
    delete process.env['DUST3R_LIBTENSORFLOW'];
    await setup(true);
    expect(log.mock.calls[0]?.[0]).toMatch(/^… libtensorflow: pip install tensorflow/);
    expect(log.mock.lastCall?.[0]).toMatch(/^ready: WebAssembly, since the native engine cannot be had \(.*no pip/);
  });
});
