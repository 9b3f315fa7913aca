import { Vector3 } from 'three';
import { boundBulk, uprightRotation } from '#viewer/page/bulk.ts';
import { loadMaps } from '../loaded-scene.ts';
import { type Point, sceneOf, viewOf } from '../small-scene.ts';

/** A wall 4 units before two cameras that stand side by side, and one point of each very far away. */
export async function wallScene() {
  const eyes: Point[] = [
    [-0.5, 0, 0],
    [0.5, 0, 0],
  ];
  const depth = (x: number, y: number) => (x + y === 0 ? 1e6 : 4);
  const maps = await loadMaps(sceneOf(...eyes.map((eye) => viewOf({ name: 'v', size: 12, eye, depth }))));
  const upright = uprightRotation(maps.map(({ view }) => view));
  const cameras = eyes.map((eye) => new Vector3(...eye).applyQuaternion(upright));
  return { maps, upright, cameras, bulk: boundBulk(maps, cameras, upright, 0) };
}
