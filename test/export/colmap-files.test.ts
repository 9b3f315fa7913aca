import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { colmapBinaryFiles } from '#export/colmap-binary.ts';
import { colmapModel } from '#export/colmap-model.ts';
import { colmapTextFiles } from '#export/colmap-text.ts';
import { joinFiles, type ReadModel, readBinaryModel, readTextModel } from './colmap-reader.ts';
import { planePoints, planeViews } from './depth-views.ts';

const model = colmapModel(planeViews(), planePoints);
const binary = readBinaryModel(joinFiles(colmapBinaryFiles(model)));
const text = readTextModel(joinFiles(colmapTextFiles(model)));

function fixture(ending: 'bin' | 'txt'): Record<string, Uint8Array> {
  const names = ['cameras', 'images', 'points3D'].map((name) => `${name}.${ending}`);
  return Object.fromEntries(names.map((name) => [name, readFileSync(`test/fixtures/colmap/${name}`)]));
}

/** COLMAP normalises its quaternions anew, and writes −0. */
function rounded(read: ReadModel): unknown {
  const round = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(14)) + 0 : value);
  return JSON.parse(JSON.stringify(read, round));
}

describe('export/colmap-binary: colmapBinaryFiles', () => {
  it('holds what COLMAP itself wrote of the same model', () => {
    expect(rounded(binary)).toEqual(rounded(readBinaryModel(fixture('bin'))));
  });

  it('holds the whole model', () => {
    expect(binary.cameras).toEqual([
      { id: 1, model: 1, width: 18, height: 11, params: [16, 20, 9.5, 6] },
      { id: 2, model: 1, width: 14, height: 16, params: [16, 20, 7.5, 8.5] },
    ]);
    expect(binary.images.map(({ name }) => name)).toEqual(['first.jpg', 'second.jpg']);
    expect(binary.points[1]).toEqual({
      id: 2,
      xyz: [0.25, -0.125, 2],
      rgb: [0, 255, 0],
      error: 0,
      track: [
        [1, 1],
        [2, 1],
      ],
    });
  });

  it('writes many points in chunks, and none at all', () => {
    const count = 40_000;
    const cloud = { positions: new Float32Array(3 * count).fill(0.5), colors: new Uint8Array(3 * count) };
    const files = colmapBinaryFiles(colmapModel(planeViews(), cloud));
    expect([...(files[2]?.[1] ?? [])]).toHaveLength(4);
    const large = readBinaryModel(joinFiles(files));
    expect([large.points.length, large.points.at(-1)?.id]).toEqual([count, count]);
    const empty = { positions: new Float32Array(0), colors: new Uint8Array(0) };
    expect(readBinaryModel(joinFiles(colmapBinaryFiles(colmapModel(planeViews(), empty)))).points).toEqual([]);
  });
});

describe('export/colmap-text: colmapTextFiles', () => {
  it('holds what COLMAP itself wrote of the same model', () => {
    expect(rounded(text)).toEqual(rounded(readTextModel(fixture('txt'))));
  });

  it('says the same as the binary files', () => {
    expect(text).toEqual(binary);
  });

  it('leaves the second line of an image empty that sees no point', () => {
    const empty = { positions: new Float32Array(0), colors: new Uint8Array(0) };
    const files = joinFiles(colmapTextFiles(colmapModel(planeViews(), empty)));
    const lines = Buffer.from(files['images.txt'] as Uint8Array)
      .toString()
      .split('\n');
    expect(lines.slice(2).map((line) => line === '')).toEqual([false, true, false, true, true]);
    expect(readTextModel(files).points).toEqual([]);
  });
});
