import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { decodePlyMesh, readPlyMesh } from '#formats/ply-mesh.ts';
import { createFastRandom, type FastRandom } from '#tensor/random.ts';
import { rawFixture } from '#test/prepare/datasets/raw-fixture.ts';

const scan = rawFixture('scannetpp/raw/data/0a5c013435/scans/mesh_aligned_0.05.ply');

/** A square of two materials and a triangle. */
const header = (format: string, lines: readonly string[]) =>
  ['ply', `format ${format} 1.0`, ...lines, 'end_header', ''].join('\n');
const described = [
  'comment made by hand',
  'element vertex 4',
  ...['property double x', 'property float y', 'property float z', 'property uchar red'],
  'element edge 1',
  ...['property int from', 'property int to'],
  'element face 2',
  ...['property list uchar float weights', 'property list uchar int vertex_indices'],
];
const text = `${header('ascii', described)}0 0 0 9\n1 0 0 9\n1 1 0.5 9\n0 1 0 9\n0 1\n0 4 0 1 2 3\n2 0.5 0.25 3 2 1 0\n`;
const expected = {
  positions: Float32Array.of(0, 0, 0, 1, 0, 0, 1, 1, 0.5, 0, 1, 0),
  triangles: Uint32Array.of(0, 1, 2, 0, 2, 3, 2, 1, 0),
};

function binary(isLittle: boolean): Uint8Array {
  const bytes = Buffer.alloc(200);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let at = 0;
  const put = (size: 1 | 4 | 8, isFloat: boolean, ...values: number[]) => {
    for (const value of values) {
      if (size === 1) view.setUint8(at, value);
      else if (size === 8) view.setFloat64(at, value, isLittle);
      else if (isFloat) view.setFloat32(at, value, isLittle);
      else view.setInt32(at, value, isLittle);
      at += size;
    }
  };
  for (let i = 0; i < 12; i += 3) {
    put(8, true, expected.positions[i] as number);
    put(4, true, expected.positions[i + 1] as number, expected.positions[i + 2] as number);
    put(1, false, 9);
  }
  put(4, false, 0, 1);
  put(1, false, 0, 4);
  put(4, false, 0, 1, 2, 3);
  put(1, false, 2);
  put(4, true, 0.5, 0.25);
  put(1, false, 3);
  put(4, false, 2, 1, 0);
  const format = isLittle ? 'binary_little_endian' : 'binary_big_endian';
  return Buffer.concat([Buffer.from(header(format, described)), bytes.subarray(0, at)]);
}

describe('formats/ply-mesh', () => {
  it('reads text and both byte orders, splits polygons and passes over what it does not know', () => {
    expect(decodePlyMesh(Buffer.from(text))).toEqual(expected);
    expect(decodePlyMesh(Buffer.from(text.replaceAll('\n', '\r\n')))).toEqual(expected);
    expect(decodePlyMesh(binary(true))).toEqual(expected);
    expect(decodePlyMesh(binary(false))).toEqual(expected);
  });

  it('reads a mesh that numpy wrote', async () => {
    const { positions, triangles } = await readPlyMesh(scan);
    expect(triangles.length).toBe(3 * 1260);
    expect(Math.max(...triangles)).toBe(positions.length / 3 - 1);
  });

  it.each([
    ['obj', 'expected a PLY file with a header, found none'],
    [text.slice(0, -4), 'expected a number at byte'],
    [text.replace('3 2 1 0', '3 2 1 x'), 'expected a number at byte'],
    [text.replace('3 2 1 0', '3 2 1 4'), 'scan.ply: a face names the point 4 of 4'],
    [text.replace('3 2 1 0', '3 2 1 -1'), 'a face names the point 4294967295 of 4'],
    [text.replace('3 2 1 0', '-3 2 1 0'), 'expected the length of a list vertex_indices, found -3'],
    [
      text.replace('ascii', 'binary'),
      'expected the format ascii, binary_little_endian or binary_big_endian, found "binary"',
    ],
    [text.replace('vertex 4', 'vertex 4000000000'), '4000000000 of "vertex" are announced, but the file has only'],
    [text.replace('vertex 4', 'vertex -4'), 'cannot read the line "element vertex -4" of its header'],
    [text.replace('property float z', 'property quad z'), 'cannot read the line "property quad z" of its header'],
    [text.replace('property float z', 'property float w'), 'expected points with x, y and z'],
    [text.replace('vertex_indices', 'corners'), 'expected faces with a list vertex_indices'],
    [
      text.replace('element face', 'element strip'),
      'expected a mesh with the elements vertex and face, found vertex, edge, strip',
    ],
  ])('refuses a file in which something is wrong (%#)', (damaged, problem) => {
    expect(() => decodePlyMesh(Buffer.from(damaged), 'scan.ply')).toThrow(problem);
  });

  it('refuses points that are not finite', () => {
    const bytes = binary(true);
    const at = Buffer.from(bytes).indexOf('end_header') + 11;
    new DataView(bytes.buffer, bytes.byteOffset).setFloat64(at + 21, Number.NaN, true);
    expect(() => decodePlyMesh(bytes, 'scan.ply')).toThrow('scan.ply: the point 1 is not finite');
  });

  it('reads or refuses damaged files, each in one line, and takes no memory for what is not there', async () => {
    const whole = await readFile(scan);
    const random = createFastRandom('ply');
    for (let i = 0; i < 150; i++) {
      const damaged = damage(whole, random, i % 2 === 0);
      try {
        const { positions, triangles } = decodePlyMesh(damaged, 'scan.ply');
        expect(positions.length + triangles.length).toBeLessThan(3 * damaged.length);
      } catch (error) {
        expect((error as Error).message).toMatch(/^scan\.ply: [^\n]+$/);
      }
    }
  });
});

/** Cut short or not, with four wrong bytes in the header or anywhere. */
function damage(whole: Uint8Array, random: FastRandom, isHeader: boolean): Uint8Array {
  const length = random.integer(2) === 0 ? 3000 + random.integer(whole.length) : whole.length;
  const damaged = Uint8Array.from(whole.subarray(0, length));
  for (let k = 0; k < 4; k++) damaged[random.integer(isHeader ? 320 : damaged.length)] = random.integer(256);
  return damaged;
}
