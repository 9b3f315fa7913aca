import { describe, expect, it } from '@jest/globals';
import { decodeExr } from '#formats/exr.ts';
import { identityTransform } from '#geometry/rigid.ts';
import { decodeImage } from '#image/decode.ts';
import { clearUnknown, writeExrFrame } from '#prepare/datasets/exr-frame.ts';

const camera = {
  width: 3,
  height: 2,
  focalPx: [2, 3],
  principalPx: [1, 0.5],
  camToWorld: identityTransform(),
} as const;

describe('prepare/datasets/exr-frame: writeExrFrame', () => {
  it('writes a photograph, its depth and its camera side by side', async () => {
    const files = new Map<string, Uint8Array>();
    const write = async (name: string, content: string | Uint8Array) => void files.set(name, content as Uint8Array);
    const frame = <Result>(_: string, prepare: () => Promise<Result>) => prepare();
    const values = Float32Array.of(1, 2, 3, 4, 5, 0);
    const image = { width: 3, height: 2, data: new Uint8Array(18).fill(90) };
    const depth = { width: 3, height: 2, values };
    await writeExrFrame({ input: '', write, frame }, 'left/0001', { image, depth, camera, quality: 95 });
    expect([...files.keys()]).toEqual(['left/0001.jpg', 'left/0001.exr', 'left/0001.npz']);
    expect(decodeExr(files.get('left/0001.exr') as Uint8Array)).toMatchObject({ width: 3, height: 2, values });
    expect(await decodeImage(files.get('left/0001.jpg') as Uint8Array)).toMatchObject({ width: 3, height: 2 });
    const npz = Buffer.from(files.get('left/0001.npz') as Uint8Array).toString('latin1');
    expect(npz).toContain('intrinsics.npy');
    expect(npz).toContain('cam2world.npy');
  });
});

describe('prepare/datasets/exr-frame: clearUnknown', () => {
  it('makes 0 of all that is no depth', () => {
    const depth = Float32Array.of(1.5, -1, 0, Number.NaN, Number.POSITIVE_INFINITY, 1000);
    clearUnknown(depth);
    expect([...depth]).toEqual([1.5, 0, 0, 0, 0, 1000]);
  });
});
