import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { convertCheckpoint } from '#convert/convert-checkpoint.ts';
import { roundedTo, type StoredWeight } from '#test/infer/hub-folder.ts';
import { useBackend } from '#test/support/backend.ts';
import { tinyLinear } from '#test/support/tiny-model.ts';
import { fixture, maliciousPickles, torchZip } from '#test/weights/torch-fixtures.ts';
import { openCheckpoint } from '#weights/open-checkpoint.ts';
import { golden, useConversions } from './conversions.ts';

useBackend();
const { temporary, folder, target, hubFolder, failureOf } = useConversions();

describe('convert/convert-checkpoint: convertCheckpoint, of a hub folder', () => {
  it.each([
    ['F16', 2],
    ['BF16', 2],
    ['F32', 4],
  ] as const)('stores %s on demand, %i bytes a number', async (storage, bytes) => {
    const source = await hubFolder(`to-${storage}`, tinyLinear);
    await convertCheckpoint(source.path, target(), { storage });
    const { archive } = await openCheckpoint(target());
    expect(new Set([...archive.tensors.values()].map(({ dtype }) => dtype))).toEqual(new Set([storage]));
    const name = 'enc_norm.bias';
    expect(await archive.readBytes(name)).toHaveLength(bytes * 16);
    const original = source.weights.get(name) as StoredWeight;
    expect(await archive.readFloat32(name)).toEqual(storage === 'F32' ? original.data : roundedTo(storage, original));
    await archive.close();
  });

  it('hands the licence on, from a README to the file and from there', async () => {
    const { path } = await hubFolder('licensed', tinyLinear);
    await writeFile(join(path, 'README.md'), '---\nlicense: cc-by-nc-sa-4.0\n---\n# Weights\n');
    expect((await convertCheckpoint(path, target())).licence).toBe('cc-by-nc-sa-4.0');
    expect((await convertCheckpoint(target(), join(folder(), 'again'))).licence).toBe('cc-by-nc-sa-4.0');
  });

  it('needs to be told the network where nothing names it', async () => {
    const { path } = await hubFolder('unnamed', tinyLinear);
    const bare = join(path, 'bare.safetensors');
    await writeFile(bare, await readFile(join(path, 'model.safetensors')));
    expect(await failureOf(bare)).toBe(`${bare} does not say what network it holds; name it with a preset`);
    const { config } = await convertCheckpoint(bare, target(), { config: tinyLinear });
    expect(config).toEqual(tinyLinear);
  });

  it('tells its progress in bytes, and shows the target only when it is whole', async () => {
    const { path, weights } = await hubFolder('progress', tinyLinear);
    const seen: { name: string; writtenBytes: number; totalBytes: number }[] = [];
    await convertCheckpoint(path, target(), {
      onProgress: (progress) => {
        seen.push(progress);
        expect(existsSync(target())).toBe(false);
      },
    });
    expect(seen.map(({ name }) => name)).toEqual([...weights.keys()]);
    expect(seen.at(-1)?.writtenBytes).toBe(seen.at(-1)?.totalBytes);
  });
});

describe('convert/convert-checkpoint: convertCheckpoint, that fails', () => {
  it('does not touch a target that exists', async () => {
    await mkdir(target());
    await writeFile(join(target(), 'mine.txt'), 'mine');
    await expect(convertCheckpoint(golden('zip_format.pth'), target())).rejects.toThrow(
      `${target()}: expected a folder that does not exist yet; remove it or name another`,
    );
    expect([await readdir(folder()), await readdir(target())]).toEqual([['converted'], ['mine.txt']]);
  });

  it('leaves nothing behind when it is aborted midway', async () => {
    const { path } = await hubFolder('aborted', tinyLinear);
    const abort = new AbortController();
    let steps = 0;
    const onProgress = () => {
      if (++steps === 7) abort.abort(new Error('the user left'));
    };
    expect(await failureOf(path, { signal: abort.signal, onProgress })).toBe('the user left');
    expect(steps).toBe(7);
  });

  it('names the tensor whose numbers are too large for the storage', async () => {
    const { path } = await hubFolder('large', tinyLinear, (weights) => {
      weights.set('enc_norm.bias', { shape: [16], data: new Float32Array(16).fill(1e6) });
    });
    expect(await failureOf(path, { storage: 'F16' })).toContain('enc_norm.bias');
  });

  it('says in one line how another network differs', async () => {
    const { path } = await hubFolder('misfit', tinyLinear, (weights) => {
      weights.delete('mask_token');
      weights.set('dec_blocks.9.norm1.bias', { shape: [24], data: new Float32Array(24) });
    });
    expect(await failureOf(path)).toBe(
      `${path}/model.safetensors holds another network: 2 of 134 tensors differ (1 missing, 1 extra), first mask_token: expected one, found none; it fits none of the presets`,
    );
  });

  it('refuses a hostile pickle and runs nothing of it', async () => {
    expect(await failureOf(golden('malicious.pth'))).toMatch(/asks for "posix.system".*nothing was run/);
    for (const [title, pickle] of maliciousPickles()) {
      const path = temporary(`${title}.pth`);
      await writeFile(path, torchZip(pickle));
      expect([title, await failureOf(path)]).not.toEqual([title, 'it was converted']);
    }
    expect(maliciousPickles().length).toBeGreaterThan(30);
    expect(existsSync('pwned_by_pickle')).toBe(false);
  });

  it('names a file of another model, and one that is not there', async () => {
    expect(await failureOf(fixture('views.pth'))).toContain('is no checkpoint of DUSt3R or CroCo');
    expect(await failureOf(temporary('nowhere'))).toBe(`${temporary('nowhere')}: there is no such file or folder`);
  });
});
