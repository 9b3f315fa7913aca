import { describe, expect, it, jest } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { type BackendName, chooseBackend } from '#backend/choose.ts';
import { useTemporary } from './temporary.ts';

describe('backend/choose: chooseBackend', () => {
  const temporary = useTemporary();

  /** As on a machine where nobody ran `dust3r setup`. */
  function forgetSetup(): void {
    process.env['DUST3R_CACHE'] = temporary.path('cache');
    delete process.env['DUST3R_LIBTENSORFLOW'];
  }

  it.each<BackendName>(['wasm', 'cpu'])('starts %s and makes it current', async (name) => {
    const report = await chooseBackend(name);
    expect(report).toEqual({ name, version: tf.version_core, device: 'CPU', passedOver: [] });
    expect(tf.getBackend()).toBe(name);
    const product = tf.matMul([[1, 2]], [[3], [4]]);
    expect(Array.from(await product.data())).toEqual([11]);
    product.dispose();
  });

  it('lets cpu start without its advertisement', async () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    await chooseBackend('cpu');
    await tf.zeros([1]).data();
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  it('says of auto which better engines it passed over, and why', async () => {
    forgetSetup();
    const { passedOver } = await chooseBackend('auto');
    expect(passedOver[0]).toEqual({
      name: 'tensorflow',
      reason: 'engine tensorflow: it is not set up; run `dust3r setup`',
    });
  });

  it('throws one line with the way out when a named engine does not work', async () => {
    forgetSetup();
    await expect(chooseBackend('tensorflow')).rejects.toThrow(
      /^engine tensorflow: it is not set up; run `dust3r setup`$/,
    );
  });

  it('refuses a name that it does not know, with those that it does', async () => {
    await expect(chooseBackend('cuda' as BackendName)).rejects.toThrow(
      'engine: expected tensorflow, webgpu, wasm, cpu or auto, got cuda',
    );
  });
});
