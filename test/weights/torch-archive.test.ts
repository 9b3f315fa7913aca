import { readFileSync } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import type { TensorArchive } from '#weights/archive.ts';
import { openSafetensors } from '#weights/safetensors.ts';
import { type OpenTorchOptions, openTorch } from '#weights/torch-archive.ts';
import { useTemporaryFolder } from './temporary-folder.ts';
import { fixture, maliciousPickles, pickle, torchZip } from './torch-fixtures.ts';

const temporary = useTemporaryFolder();
const expectedContents = JSON.parse(readFileSync(fixture('expected.json'), 'utf8'));

async function withTorch<Result>(
  file: string,
  use: (archive: Awaited<ReturnType<typeof openTorch>>) => Result | Promise<Result>,
  options?: OpenTorchOptions,
): Promise<Result> {
  const archive = await openTorch(file, options);
  try {
    return await use(archive);
  } finally {
    await archive.close();
  }
}

/** Every tensor of an archive agrees bit for bit with those that PyTorch converted to float32. */
async function expectTensors(archive: TensorArchive, group: string): Promise<void> {
  const expected = await openSafetensors(fixture('expected.safetensors'));
  expect(archive.tensors.size).toBeGreaterThan(0);
  for (const [name, { shape }] of archive.tensors) {
    expect([name, shape]).toEqual([name, expected.tensors.get(`${group}/${name}`)?.shape]);
    const bits = new Uint32Array((await archive.readFloat32(name)).buffer);
    expect([name, bits]).toEqual([name, new Uint32Array((await expected.readFloat32(`${group}/${name}`)).buffer)]);
  }
  await expected.close();
}

describe('weights/torch-archive: openTorch', () => {
  it.each([
    ['zip.pth', 'floats', 7],
    ['legacy.pth', 'floats', 7],
    ['float16.pth', 'float16', 7],
    ['bfloat16.pth', 'bfloat16', 7],
    ['float64.pth', 'float64', 7],
    ['integers.pth', 'integers', 7],
    ['views.pth', 'views', 10],
    ['views_legacy.pth', 'views', 10],
    ['croco.pth', 'croco', 2],
    ['optimizer.pth', 'optimizer', 2],
  ])('reads the tensors of %s', (file, group, count) =>
    withTorch(fixture(file), async (archive) => {
      expect(archive.tensors.size).toBe(count);
      await expectTensors(archive, group);
    }),
  );

  it.each(['zip.pth', 'legacy.pth'])('gives the other contents of %s as plain data', (file) =>
    withTorch(fixture(file), ({ contents }) => {
      const { args, epoch, best_so_far, tries } = expectedContents;
      expect(contents).toMatchObject({ args, epoch, best_so_far, tries });
      expect(contents).toMatchObject({ model: { mask_token: { dtype: 'F32', shape: [1, 1, 8] } } });
    }),
  );

  it("gives the optimizer's numbers, and its tensors when they are asked for", async () => {
    await withTorch(fixture('optimizer.pth'), ({ contents }) => {
      expect(contents).toMatchObject({ epoch: 1, optimizer: { param_groups: expectedContents.param_groups } });
    });
    await withTorch(
      fixture('optimizer.pth'),
      async (archive) => {
        const expected = await openSafetensors(fixture('expected.safetensors'));
        const name = 'state.0.exp_avg';
        expect(await archive.readFloat32(name)).toEqual(await expected.readFloat32(`optimizer/${name}`));
        await expected.close();
      },
      { part: 'optimizer' },
    );
    await expect(openTorch(fixture('optimizer.pth'), { part: 'scaler' })).rejects.toThrow('it has no part "scaler"');
  });

  it('keeps integers and views in their own dtype as bytes', async () => {
    await withTorch(fixture('integers.pth'), async (archive) => {
      const bytes = Uint8Array.from(await archive.readBytes('int64'));
      expect([...new BigInt64Array(bytes.buffer)]).toEqual([-(2n ** 40n), 0n, 3n]);
    });
    await withTorch(fixture('views.pth'), async (archive) => {
      const bytes = Uint8Array.from(await archive.readBytes('column'));
      expect([...new Float32Array(bytes.buffer)]).toEqual([1, 7, 13, 19]);
    });
  });

  it('swaps the bytes of a file written on a big-endian machine', async () => {
    const storage = pickle(
      '((X',
      7,
      0,
      0,
      0,
      'storagectorch\nFloatStorage\nX',
      1,
      0,
      0,
      0,
      '0X',
      3,
      0,
      0,
      0,
      'cpuK',
      4,
      'tQ',
    );
    const view = pickle('K', 0, '(K', 4, 't(K', 1, 't', 0x89, ')tR');
    const body = Buffer.concat([
      pickle('}X', 1, 0, 0, 0, 'wctorch._utils\n_rebuild_tensor_v2\n'),
      storage,
      view,
      pickle('s.'),
    ]);
    const order = { byteorder: Uint8Array.from(Buffer.from('big')) };
    await writeFile(temporary('big.pth'), torchZip(Uint8Array.from(body), order));
    const swapped = [1, 2, 3, 4].map((value) => {
      const view = new DataView(new ArrayBuffer(4));
      view.setFloat32(0, value, true);
      return view.getFloat32(0, false);
    });
    await withTorch(temporary('big.pth'), async (archive) => {
      expect([...(await archive.readFloat32('w'))]).toEqual(swapped);
    });
  });

  it('finds the pickle under any folder name, as after renaming', async () => {
    await copyFile(fixture('zip.pth'), temporary('renamed.bin'));
    await withTorch(temporary('renamed.bin'), (archive) => expect(archive.tensors.size).toBe(7));
  });
});

describe('weights/torch-archive: malicious pickles', () => {
  const reasons: Readonly<Record<string, string>> = {
    system_reduce: '"posix.system", which no state dict needs; it was refused and nothing was run',
    eval_reduce: '"builtins.eval"',
    eval_python2: '"__builtin__.eval"',
    inst: 'operation INST is not allowed',
    obj: '"os.system"',
    newobj_ex: '"subprocess.Popen"',
    getattr: '"builtins.getattr"',
    dotted_getattr: '"collections.OrderedDict.__reduce_ex__.x"',
    stack_global: '"posix.system"',
    stack_global_split: '"torch._utils._rebuild_tensor_v9"',
    extension: 'operation EXT1 is not allowed',
    persistent_text: 'operation PERSID is not allowed',
    nested_load: '"torch.storage._load_from_bytes"',
    build_on_dict: 'BUILD is not allowed on this object',
    build_on_tensor: 'BUILD is not allowed on this object',
    build_on_global: 'BUILD is not allowed on this object',
    call_a_storage_type: 'torch.FloatStorage cannot be called',
    call_a_text: 'a value cannot be called',
    append_to_tuple: 'only a list can be appended to',
    huge_storage: 'must be (storage, type, key, location, size)',
    huge_shape: 'leave its 4 elements',
    huge_expansion: 'repeats its 4 elements too often',
    outside: 'leave its 4 elements',
    negative_stride: 'must be non-negative integers',
    unknown_storage: 'no entry a/data/../../etc/passwd',
    no_storage: 'a tensor must be cut from a storage',
    huge_text: 'it ends too early',
    huge_integer: 'an integer of 2147483647 bytes is over the limit',
    deep: 'nested deeper than 1000',
    list_of_itself: 'nested too deeply',
    doubling: 'its values are too many, nested too deeply',
    empty_stack: 'the stack is empty',
    no_mark: 'no mark is set',
    unset_memo: 'memo 4294967295 is not set',
    long_encode: 'at most 64 characters of latin1',
    protocol_9: 'protocol 9 is not one of 2 to 5',
    unknown_operation: 'operation 0xff is not allowed',
  };

  it('covers every malicious pickle of the fixtures', () => {
    expect(Object.keys(reasons).sort()).toEqual(
      maliciousPickles()
        .map(([title]) => title)
        .sort(),
    );
  });

  it.each(maliciousPickles())('refuses %s in a zip archive', async (title, bytes) => {
    const path = temporary(`${title}.pth`);
    await writeFile(path, torchZip(bytes));
    await expect(openTorch(path)).rejects.toThrow(reasons[title] as string);
    await expect(openTorch(path)).rejects.toThrow(path);
  });

  it.each(maliciousPickles())('refuses %s in the old format, also as its header', async (title, bytes) => {
    const path = temporary(`${title}.legacy.pth`);
    const legacy = readFileSync(fixture('legacy.pth'));
    await writeFile(path, Buffer.concat([legacy.subarray(0, 137), bytes, legacy.subarray(137)]));
    await expect(openTorch(path)).rejects.toThrow();
    await writeFile(path, Buffer.concat([bytes, legacy]));
    await expect(openTorch(path)).rejects.toThrow(path);
  });
});
