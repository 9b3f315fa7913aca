import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { openSafetensors } from '#weights/safetensors.ts';
import { useTemporaryFolder } from './temporary-folder.ts';
import { fixture } from './torch-fixtures.ts';

const temporary = useTemporaryFolder();

function fileOf(header: unknown, data = new Uint8Array(), claimedLength?: bigint): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(claimedLength ?? BigInt(json.length));
  return Buffer.concat([length, json, data]);
}

async function open(header: unknown, data?: Uint8Array<ArrayBuffer>, claimedLength?: bigint) {
  await writeFile(temporary('a.safetensors'), fileOf(header, data, claimedLength));
  return openSafetensors(temporary('a.safetensors'));
}

const vector = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
const eight = new Uint8Array(Float32Array.of(1, -2).buffer);

describe('weights/safetensors: openSafetensors', () => {
  it('reads what the safetensors library wrote', async () => {
    const archive = await openSafetensors(fixture('floats.safetensors'));
    expect(archive.metadata).toEqual({ format: 'pt' });
    expect(archive.tensors.get('downstream_head1.proj.weight')).toMatchObject({ dtype: 'F32', shape: [4, 2, 3] });
    expect([...(await archive.readFloat32('scalar'))]).toEqual([2.5]);
    expect(await archive.readFloat32('empty')).toHaveLength(0);
    const bias = [0, -0, 1e-40, 3.4e38, Infinity, 65504, 1e-7].map(Math.fround);
    expect([...(await archive.readFloat32('downstream_head1.proj.bias'))]).toEqual(bias);
    await archive.close();
  });

  it('reads a tensor at any byte of the file', async () => {
    const odd = { flag: { dtype: 'BOOL', shape: [1], data_offsets: [0, 1] }, v: { ...vector, data_offsets: [1, 9] } };
    const archive = await open(odd, Buffer.concat([Buffer.of(1), eight]));
    expect([...(await archive.readFloat32('v'))]).toEqual([1, -2]);
    expect([...(await archive.readBytes('flag'))]).toEqual([1]);
    await archive.close();
  });

  it('names the archive and the tensor that it has not', async () => {
    const archive = await open({ v: vector }, eight);
    await expect(archive.readFloat32('w')).rejects.toThrow(/a\.safetensors has no tensor named "w"/);
    await archive.close();
  });

  it.each<[string, unknown, Uint8Array<ArrayBuffer> | undefined, string]>([
    ['no JSON', '{"v"', undefined, 'safetensors header'],
    ['a list', [], undefined, 'must be a JSON object'],
    ['a name twice', '{"v":1,"v":2}', undefined, 'the key "v" comes twice'],
    ['an unknown dtype', { v: { ...vector, dtype: 'F8' } }, eight, 'tensor v: dtype must be one of F64'],
    ['a negative size', { v: { ...vector, shape: [-2] } }, eight, 'shape must be a list of sizes, got [-2]'],
    ['a fractional size', { v: { ...vector, shape: [0.5] } }, eight, 'shape must be a list of sizes'],
    ['an overflowing shape', { v: { ...vector, shape: [2 ** 40, 2 ** 40] } }, eight, 'does not take the 8 bytes'],
    ['a wrong size', { v: { ...vector, shape: [3] } }, eight, 'F32 [3] does not take the 8 bytes'],
    ['one offset', { v: { ...vector, data_offsets: [0] } }, eight, 'data_offsets must be [begin, end]'],
    ['offsets backwards', { v: { ...vector, data_offsets: [8, 0] } }, eight, 'does not take the -8 bytes'],
    ['no entry', { v: 3 }, eight, 'its header entry must be an object'],
    ['a gap', { v: { ...vector, data_offsets: [8, 16] } }, Buffer.alloc(16), 'but the one before it ends at'],
    ['an overlap', { v: vector, w: { ...vector, data_offsets: [4, 12] } }, Buffer.alloc(12), 'tensor w begins at'],
    ['missing data', { v: vector }, eight.subarray(1), 'was its download cut short?'],
    ['data left over', { v: vector }, Buffer.alloc(9), 'its tensors end at byte'],
    ['numbers as metadata', { __metadata__: { a: 1 } }, undefined, '__metadata__ must be an object of strings'],
  ])('refuses a header with %s', async (_, header, data, message) => {
    await expect(open(header, data)).rejects.toThrow(message);
    await expect(open(header, data)).rejects.toThrow('a.safetensors');
  });

  it('believes no header length beyond the file or the limit', async () => {
    await expect(open({}, undefined, 100n)).rejects.toThrow('was its download cut short?');
    await expect(open({}, undefined, 2n ** 63n)).rejects.toThrow('has at most 16777216 bytes');
    await writeFile(temporary('b'), 'short');
    await expect(openSafetensors(temporary('b'))).rejects.toThrow('it has 5 bytes, too few');
  });
});
