import { describe, expect, it } from '@jest/globals';
import { ColorManagement } from 'three';
import { PLYLoader } from 'three/addons/loaders/PLYLoader.js';

import { plyChunks } from '#export/ply.ts';
import type { PointCloud } from '#export/point-cloud.ts';

/** Reads with three's own loader; colours come back as sRGB bytes. */
function readPly(bytes: Uint8Array) {
  ColorManagement.enabled = false;
  const loader = new PLYLoader();
  loader.setCustomPropertyNameMapping({ confidence: ['confidence'] });
  const geometry = loader.parse(Uint8Array.from(bytes).buffer);
  const values = (name: string) => Array.from(geometry.getAttribute(name)?.array ?? []);
  return {
    positions: values('position'),
    colors: values('color'),
    confidence: values('confidence'),
  };
}

function cloudOf(count: number): Required<PointCloud> {
  return {
    positions: Float32Array.from({ length: 3 * count }, (_, i) => Math.fround(i * 0.37 - 5)),
    colors: Uint8Array.from({ length: 3 * count }, (_, i) => (i * 31) % 256),
    confidence: Float32Array.from({ length: count }, (_, i) => 1 + i / 8),
  };
}

describe('export/ply: plyChunks', () => {
  it('is read back by three with colours and confidence, over several chunks', () => {
    const cloud = cloudOf(17_000);
    const chunks = [...plyChunks(cloud)];
    expect(chunks).toHaveLength(3);
    const read = readPly(Buffer.concat(chunks));
    expect(read.positions).toEqual(Array.from(cloud.positions));
    expect(read.colors).toEqual(Array.from(cloud.colors));
    expect(read.confidence).toEqual(Array.from(cloud.confidence));
  });

  it('leaves the confidence out when there is none, and takes no points at all', () => {
    const { positions, colors } = cloudOf(2);
    const bytes = Buffer.concat([...plyChunks({ positions, colors })]);
    expect(bytes.toString('latin1')).not.toContain('confidence');
    expect(readPly(bytes).positions).toEqual(Array.from(positions));
    const empty = Buffer.concat([...plyChunks({ positions: new Float32Array(0), colors: new Uint8Array(0) })]);
    expect(empty.toString('latin1')).toMatch(/element vertex 0\n.*end_header\n$/s);
  });

  it('says the axes in its header', () => {
    expect(Buffer.from([...plyChunks(cloudOf(1))][0] as Uint8Array).toString()).toContain('comment axes: OpenCV');
  });
});
