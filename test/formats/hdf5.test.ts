import { describe, expect, it } from '@jest/globals';
import { decodeHdf5, readHdf5 } from '#formats/hdf5.ts';
import { fixture, fixturePath, ramp } from './fixtures.ts';

const read = (name: string, dataset = 'depth') => decodeHdf5(fixture(`hdf5/${name}.h5`), dataset, `${name}.h5`);
const depth = { shape: [33, 47], values: Float32Array.from(ramp(33 * 47)) };
const short = { shape: [9, 47], values: Float32Array.from(ramp(9 * 47)) };

describe('formats/hdf5: what h5py wrote', () => {
  it('reads chunks that are deflated, and leave the array', async () => {
    expect(read('gzip')).toEqual(depth);
    expect(await readHdf5(fixturePath('hdf5/gzip.h5'), '/depth')).toEqual(depth);
  });

  it('reads halves that are shuffled, deflated and have checksums', () => {
    expect(read('half')).toEqual(depth);
  });

  it('reads chunks that are shuffled only, also from a Buffer, and leaves it as it is', () => {
    const bytes = Buffer.from(fixture('hdf5/shuffled.h5'));
    expect(decodeHdf5(bytes, 'depth')).toEqual(short);
    expect(bytes).toEqual(Buffer.from(fixture('hdf5/shuffled.h5')));
  });

  it('reads chunks in a B-tree of several levels', () => {
    const values = Float32Array.from(
      { length: 21 * 20 },
      (_, i) => ramp(1, Math.floor(i / 20) * 47 + (i % 20))[0] as number,
    );
    expect(read('many-chunks')).toEqual({ shape: [21, 20], values });
  });

  it.each(['contiguous', 'latest'])('reads values that lie together: %s', (name) => {
    expect(read(name)).toEqual(short);
  });

  it('reads big-endian doubles', () => {
    expect(read('big-endian')).toEqual({ shape: [9, 47], values: Float64Array.from(short.values) });
  });

  it('finds a data set in groups, and among many', () => {
    expect(read('nested', 'scene/images/depth').values).toEqual(
      Uint16Array.from(short.values, (value) => Math.trunc(value + 3)),
    );
    expect(read('many-names', 'name-37')).toEqual({ shape: [1], values: Int16Array.of(37) });
  });
});

describe('formats/hdf5: what is refused', () => {
  it.each([
    [
      'latest-chunks',
      'depth',
      "expected a data layout of version 3 in the HDF5 file, found 4; save it again with h5py, libver='earliest'",
    ],
    [
      'lzf',
      'depth',
      "expected the filters deflate, shuffle or fletcher32, found number 32000; save it again with h5py, compression='gzip'",
    ],
    ['text', 'depth', 'expected plain numbers in the HDF5 data set, found another type (class 3, 3 bytes)'],
    ['int64', 'depth', 'expected numbers of at most 53 bits in depth, found 64-bit integers'],
    ['gzip', 'image', 'expected image of image in the HDF5 file, found depth'],
    ['nested', 'scene', 'expected a data set with a type of its own, found a group or a shared type'],
  ])('refuses %s', (name, dataset, message) => {
    expect(() => read(name, dataset)).toThrow(`${name}.h5: ${message}`);
  });

  it('refuses other files and cut ones', () => {
    expect(() => decodeHdf5(Buffer.from('PK'), 'depth', 'a.h5')).toThrow('a.h5: expected an HDF5 file');
    expect(() => decodeHdf5(fixture('hdf5/gzip.h5').subarray(0, 4000), 'depth', 'a.h5')).toThrow('is it cut short?');
  });

  it('tells of a chunk whose checksum is wrong', () => {
    const bytes = fixture('hdf5/half.h5');
    bytes[5900] = (bytes[5900] as number) ^ 1;
    expect(() => decodeHdf5(bytes, 'depth', 'a.h5')).toThrow('a.h5: damaged HDF5: a chunk has a wrong checksum');
  });
});
