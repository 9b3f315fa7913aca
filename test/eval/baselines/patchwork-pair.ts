import type { EvalPair, EvalView } from '#eval/method.ts';
import { type Camera, depthToPoints } from '#geometry/camera.ts';
import { renderRoom, roomCamera } from '#test/data/room.ts';

const patch = 0.08;

/** Two photographs of the room, 320×240, whose walls are of patches of random grey: plenty to match. */
export function patchworkPair(): EvalPair {
  const cameras = [roomCamera([-0.2, 0, -1]), roomCamera([0.2, 0.05, -0.9], 6)].map(enlarged);
  const [first, second] = cameras.map((camera, i) => patchworkView(`view-${i}`, camera));
  return { scene: 'patchwork', views: [first as EvalView, second as EvalView] };
}

function enlarged(camera: Camera): Camera {
  return { ...camera, width: 320, height: 240, focalPx: [200, 200], principalPx: [159.5, 119.5] };
}

function patchworkView(name: string, camera: Camera): EvalView {
  const { depth } = renderRoom(camera);
  const points = depthToPoints(camera, depth.values);
  const data = new Uint8Array(points.length);
  for (let i = 0; i < points.length; i += 3) {
    // A wall's own coordinate is constant but for rounding; a shift keeps it off the border of two patches.
    const [x, y, z] = [0, 1, 2].map((axis) => Math.floor((points[i + axis] as number) / patch + 0.37)) as Patch;
    data.fill(greyOf(x, y, z), i, i + 3);
  }
  return { name, image: { width: 320, height: 240, data }, camera, depth: depth.values };
}

type Patch = [number, number, number];

function greyOf(x: number, y: number, z: number): number {
  let hash = Math.imul(x, 73856093) ^ Math.imul(y, 19349663) ^ Math.imul(z, 83492791);
  hash = Math.imul(hash ^ (hash >>> 13), 1274126177);
  return 40 + ((hash ^ (hash >>> 16)) & 0xff) * 0.7;
}
