import { describe, expect, it } from '@jest/globals';
import { drawViews, generateScene, sceneKinds, takeView } from '#render/generate-scene.ts';
import { emptyLibrary } from '#render/model-library.ts';
import { glimpse, overlap } from '#render/overlap.ts';
import { createSupplies } from '#render/scene-kit.ts';
import { lookAt, mutualOverlap } from '#render/viewpoints.ts';

const size = { width: 64, height: 48 };
const supplies = () => createSupplies(emptyLibrary, 16);

async function photograph(seed: string, split: 'train' | 'val' = 'train') {
  const scene = await generateScene(supplies(), { seed, split, kind: 'tabletop' });
  const views = drawViews(scene, { ...size, overlap: [0.3, 0.9], count: 3, seed });
  return { scene, views, pictures: views.map(({ camera }, i) => takeView(scene, camera, `${seed}/${i}`)) };
}

describe('render/generate-scene', () => {
  it('gives the same pictures for the same seed, and others for another seed or split', async () => {
    const [first, again, other, val] = [
      await photograph('a'),
      await photograph('a'),
      await photograph('b'),
      await photograph('a', 'val'),
    ];
    expect(again.pictures).toEqual(first.pictures);
    expect(other.pictures[0]?.image.data).not.toEqual(first.pictures[0]?.image.data);
    expect(val.pictures[0]?.image.data).not.toEqual(first.pictures[0]?.image.data);
  });

  it('draws views that overlap an earlier one as asked, with one lens', async () => {
    const { scene, views } = await photograph('c');
    views.slice(1).forEach((view, i) => {
      const shared = views.slice(0, i + 1).map((earlier) => mutualOverlap(scene.scene, earlier, view));
      expect(shared.some((part) => part >= 0.3 && part <= 0.9)).toBe(true);
      expect(view.camera.focalPx).toEqual(views[0]?.camera.focalPx);
    });
  });

  it.each(sceneKinds)('keeps cameras of a %s out of things, and pictures neither black nor flat', async (kind) => {
    const scene = await generateScene(supplies(), { seed: 'd', split: 'train', kind });
    const views = drawViews(scene, { ...size, overlap: [0.3, 0.9], count: 2, seed: 'd' });
    for (const { camera, depths } of views) {
      expect(Math.min(...depths)).toBeGreaterThan(0.4 * scene.rules.nearest);
      const { image } = takeView(scene, camera, 'd');
      const mean = image.data.reduce((sum, value) => sum + value, 0) / image.data.length;
      const spread = Math.sqrt(image.data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / image.data.length);
      expect(mean).toBeGreaterThan(30);
      expect(mean).toBeLessThan(225);
      expect(spread).toBeGreaterThan(8);
    }
  });

  it('says so when a scene has no views of such an overlap', async () => {
    const scene = await generateScene(supplies(), { seed: 'e', split: 'train', kind: 'tabletop' });
    const request = { ...size, overlap: [0.9999, 1] as const, count: 5, seed: 'e' };
    expect(() => drawViews({ ...scene, rules: { ...scene.rules, nearest: 1e6 } }, request)).toThrow(/no free view/);
  });
});

describe('render/overlap', () => {
  it('is whole for the same camera and none for one that looks away', async () => {
    const { scene, views } = await photograph('f');
    const view = views[0] as (typeof views)[number];
    expect(overlap(scene.scene, view, view.camera)).toBe(1);
    const { camToWorld: m } = view.camera;
    const eye = [m[3], m[7], m[11]] as [number, number, number];
    const behind = [eye[0] - (m[2] as number), eye[1] - (m[6] as number), eye[2] - (m[10] as number)] as const;
    const away = { ...view.camera, camToWorld: lookAt(eye, behind, 0) };
    expect(overlap(scene.scene, glimpse(scene.scene, view.camera), away)).toBe(0);
  });
});
