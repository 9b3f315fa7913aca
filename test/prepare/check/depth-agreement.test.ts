import { describe, expect, it } from '@jest/globals';
import type { RawView } from '#data/view.ts';
import type { Camera } from '#geometry/camera.ts';
import { depthAgreement, depthDifferences } from '#prepare/check/depth-agreement.ts';
import { warpImage } from '#prepare/check/sample-pictures.ts';
import { renderRoom, roomCamera } from '#test/data/room.ts';

function view(camera: Camera, scale = 1): RawView {
  const { image, depth } = renderRoom(camera);
  return { image, depth: depth.values.map((z) => scale * z), camera, dataset: 'd', label: 'l', instance: 'i' };
}

const [a, b] = [roomCamera([0, 0, 0]), roomCamera([0.4, 0.1, 0.2], 15, 5)];

describe('prepare/check/depth-agreement', () => {
  it('is zero on planes seen at a slant, but at edges', () => {
    const differences = depthDifferences(view(a), view(b)).sort();
    expect(differences.length).toBeGreaterThan(1000);
    expect(differences[Math.floor(0.85 * differences.length)]).toBeLessThan(1e-6);
    expect(differences.at(-1)).toBeLessThan(0.2);
  });

  it('is what the depth is off by', () => {
    const differences = depthDifferences(view(a), view(a, 1.25)).sort();
    expect(differences[differences.length >> 1]).toBeCloseTo(0.2, 6);
  });

  it('is summed up over pairs, and unknown where nothing could be compared', () => {
    const differences = [Float32Array.of(0, 0.02), Float32Array.of(0.04, 0.2, 0.5)];
    const { median, within5, pairs } = depthAgreement(differences, 2) ?? {};
    expect([median, within5, pairs]).toEqual([Math.fround(0.04), 0.6, 2]);
    expect(depthAgreement([new Float32Array(0)], 1)).toBeUndefined();
  });
});

describe('prepare/check/sample-pictures: warpImage', () => {
  it('shows the second image as the first camera sees it', () => {
    const { image } = view(a);
    const warped = warpImage(view(a), view(b));
    const seen = Array.from(image.data, (_, i) => i).filter((i) => warped.data[i] !== 0);
    const differences = seen
      .map((i) => Math.abs((warped.data[i] as number) - (image.data[i] as number)))
      .sort((x, y) => x - y);
    expect(seen.length).toBeGreaterThan(image.data.length / 2);
    expect(differences[differences.length >> 1]).toBeLessThan(6);
    expect(warpImage(view(a), view(a))).toEqual(image);
  });
});
