import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createLoader } from '#data/loader.ts';
import { fixturePath } from './fixture.ts';

/** As the published training commands write them, but for ROOT, and the resolutions that are added. */
const calls = [
  `Co3d(split='train', ROOT='${fixturePath('co3d')}', aug_crop=16, mask_bg='rand', transform=ColorJitter)`,
  `WildRGBD(split='train', ROOT='${fixturePath('wildrgbd')}', aug_crop=16, mask_bg='rand', transform=ColorJitter)`,
  `ARKitScenes(ROOT='${fixturePath('arkitscenes')}', aug_crop=256, transform=ColorJitter)`,
  `ScanNetpp(split='train', ROOT='${fixturePath('scannetpp')}', aug_crop=256, transform=ColorJitter)`,
  `BlendedMVS(split='train', ROOT='${fixturePath('blendedmvs')}', aug_crop=16, transform=ColorJitter)`,
  `MegaDepth(split='train', ROOT='${fixturePath('megadepth')}', aug_crop=16, transform=ColorJitter)`,
  `StaticThings3D(ROOT='${fixturePath('staticthings3d')}', aug_crop=256, mask_bg='rand', transform=ColorJitter)`,
  `Waymo(ROOT='${fixturePath('waymo')}', aug_crop=16, transform=ColorJitter)`,
  `Habitat(1_000_000, split='train', ROOT='${fixturePath('habitat')}', aug_crop=16, transform=ColorJitter)`,
];

const mix = calls.map((call) => `4 @ ${call.replace(/\)$/, ', resolution=[(32, 24), (32, 16)])')}`).join(' + ');

/** Fingerprints of an epoch's batches of two pairs. No sample may be broken. */
async function digests(expression: string, workers: number): Promise<string[]> {
  const loader = await createLoader(expression, { batchSize: 2, workers, seed: 5, maxBroken: 0 });
  try {
    const found: string[] = [];
    for await (const { images, points1, points2, valid, names } of loader.epoch(1)) {
      const hash = createHash('sha256').update(JSON.stringify(names));
      for (const values of [images, points1, points2, valid]) hash.update(values);
      found.push(hash.digest('hex'));
    }
    return found;
  } finally {
    await loader.close();
  }
}

describe('data/published', () => {
  it('gives the same batches of a mix of all datasets in any number of workers', async () => {
    const inline = await digests(mix, 0);
    expect(new Set(inline).size).toBe(2 * calls.length);
    expect(await digests(mix, 2)).toEqual(inline);
  });

  it('gives the same samples of a set with a seed of its own in every epoch and for every run', async () => {
    const expression = `${(calls[0] as string).replace(/\)$/, ', seed=777, resolution=32)')}`;
    const first = async (seed: number, epoch: number) => {
      const loader = await createLoader(`2 * ${expression}`, { batchSize: 2, seed, isTest: true });
      const { value } = await loader.epoch(epoch)[Symbol.asyncIterator]().next();
      await loader.close();
      return value;
    };
    expect(await first(1, 0)).toEqual(await first(2, 3));
  });
});
