import { describe, expect, it } from '@jest/globals';
import { cleanScene } from '#reconstruct/clean-scene.ts';
import type { ReconstructedView } from '#reconstruct/reconstruction.ts';
import { smallReconstruction } from './small-reconstruction.ts';

const scene = smallReconstruction();
const [left, right] = scene.views as [ReconstructedView, ReconstructedView];

describe('reconstruct/clean-scene: cleanScene', () => {
  it('leaves a scene as it is where nothing is asked for', () => {
    expect(cleanScene(scene, {})).toEqual(scene);
  });

  it('takes the confidence of points before what the other view sees more surely, and nothing else', () => {
    const nearer = left.points.map((value, i) => (i % 3 === 2 ? value / 2 : value));
    const floating = { ...left, points: nearer, confidence: left.confidence.map(() => 0.5) };
    const [cleaned, kept] = cleanScene({ ...scene, views: [floating, right] }, { cleanDepth: true }).views;
    expect(cleaned?.confidence.filter((value) => value === 0).length).toBeGreaterThan(10);
    expect(cleaned?.depth).toBe(left.depth);
    expect(kept?.confidence).toEqual(right.confidence);
  });

  it('takes the confidence of sky', () => {
    const blue = Uint8Array.from({ length: left.image.data.length }, (_, i) => [90, 150, 240][i % 3] as number);
    const outdoors = { ...left, image: { ...left.image, data: blue } };
    const { views } = cleanScene({ ...scene, views: [outdoors, right] }, { maskSky: true });
    expect(views[0]?.confidence.every((value) => value === 0)).toBe(true);
    expect(views[1]?.confidence.some((value) => value > 0)).toBe(true);
  });

  it('leaves finished views alone', () => {
    const blue = { ...left.image, data: left.image.data.map((_, i) => (i % 3 === 2 ? 240 : 90)) };
    const views = [left, right].map((view) => ({ ...view, image: { ...view.image, data: blue.data } }));
    const cleaned = cleanScene({ ...scene, views }, { maskSky: true, cleanDepth: true }, { finished: 1 });
    expect(cleaned.views[0]).toBe(views[0]);
    expect(cleaned.views[1]?.confidence.every((value) => value === 0)).toBe(true);
  });

  it('chooses the threshold of what is shown, if it is asked to', () => {
    const twoKinds = { ...left, confidence: left.confidence.map((_, i) => (i % 2 === 0 ? 1.1 : 20)) };
    const { minConfidence } = cleanScene({ ...scene, views: [twoKinds] }, {}, { threshold: 'auto' });
    expect(minConfidence).toBeGreaterThan(1.1);
    expect(minConfidence).toBeLessThan(20);
    expect(cleanScene(scene, {}, { threshold: 5 }).minConfidence).toBe(5);
  });

  it('lowers a threshold that would show nothing', () => {
    const { minConfidence } = cleanScene(scene, {}, { threshold: 1000 });
    expect(minConfidence).toBeGreaterThan(1);
    expect(minConfidence).toBeLessThan(96);
  });
});
