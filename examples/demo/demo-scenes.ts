import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { evenly } from '#data/posed-rgbd-balance.ts';
import { findSequences } from '#data/rgbd-layouts/find-sequences.ts';
import { prepareSynthetic } from '#prepare/synthetic.ts';

/** Photographs of one place, whose cameras and depth are known. */
export interface DemoScene {
  readonly name: string;
  /** Of posed RGB-D: what the result is compared with. */
  readonly folder: string;
  /** All that the network gets to see. */
  readonly photographs: readonly string[];
}

/** Every pair of them is decoded in both orders: 90 times. */
const mostPhotographs = 10;

/** The sequences in folders of posed RGB-D; of long ones, ten frames. */
export async function scenesIn(folders: readonly string[]): Promise<DemoScene[]> {
  const scenes: DemoScene[] = [];
  for (const root of folders) {
    for (const { folder, label, layout } of await findSequences(root)) {
      const { frames } = await layout.read(folder, label, {});
      const photographs = evenly(frames, mostPhotographs).map(({ imagePath }) => imagePath);
      scenes.push({ name: label.replaceAll('/', '-'), folder, photographs });
    }
  }
  return scenes;
}

/** Renders a room anew, of models and patterns that training never shows. */
export async function renderRoom(folder: string): Promise<DemoScene> {
  await rm(folder, { recursive: true, force: true });
  const options = { split: 'val', kind: 'room', seed: 3, overlap: [0.3, 0.9], imageFormat: 'jpg' } as const;
  await prepareSynthetic({ ...options, output: folder, scenes: 1, views: 8, width: 240, height: 180, workers: 1 });
  const [room] = await scenesIn([join(folder, 'scene-00000')]);
  if (!room) throw new Error(`${folder}: the room was not rendered`);
  return { ...room, name: 'rendered-room' };
}
