import { between, chance, pick, wholeBetween } from './draw.ts';
import { boundsOf, facetedMesh, type Material, type Mesh, mergeMeshes, transformMesh } from './mesh.ts';
import { spaceNoise } from './noise.ts';
import { inOrder, scaling, tilt, translation, turn } from './placement.ts';
import type { SceneKit } from './scene-kit.ts';
import { box, cone, cylinder, lathe, ramp, sphere, staircase, torus } from './shapes.ts';
import type { Vector } from './vector.ts';

/** A thing of primitives, standing at y = 0, its longest side `size`, often stretched, bent or dented. */
export async function looseObject(kit: SceneKit, size: number): Promise<Mesh> {
  const { random } = kit;
  const material = await kit.material('any');
  const shape = fitted(pick(random, shapes)(kit, await closer(kit, material, size)), 1);
  const stretch: Vector = [between(random, 0.5, 1.2), between(random, 0.4, 1.4), between(random, 0.5, 1.2)];
  const stretched = transformMesh(shape, scaling(stretch));
  const bent = chance(random, 0.4) ? deform(stretched, kit) : stretched;
  const turned = transformMesh(
    bent,
    inOrder(tilt(chance(random, 0.25) ? pick(random, [Math.PI / 2, 0.4]) : 0), turn(between(random, 0, 7))),
  );
  return fitted(turned, size);
}

/** Textures on small things are small. */
async function closer(kit: SceneKit, material: Material, size: number): Promise<Material> {
  return {
    ...material,
    tileSize: material.tileSize * Math.min(1 / Math.max(size, 0.05), 4) * between(kit.random, 0.3, 1),
  };
}

/** The mesh with its longest side `size`, standing on the ground about x = z = 0. */
export function fitted(mesh: Mesh, size: number): Mesh {
  const { min, max } = boundsOf(mesh);
  const factor = size / Math.max(max[0] - min[0], max[1] - min[1], max[2] - min[2], 1e-6);
  const toGround = translation([-(min[0] + max[0]) / 2, -min[1], -(min[2] + max[2]) / 2]);
  return transformMesh(mesh, inOrder(toGround, scaling([factor, factor, factor])));
}

type Shape = (kit: SceneKit, material: Material) => Mesh;

const shapes: readonly Shape[] = [
  (_, material) => box([1, 1, 1], material),
  (_, material) => box([1, 0.4, 0.7], material),
  (_, material) => sphere(0.5, material),
  (_, material) => cylinder(0.4, 1, material),
  (_, material) => cone(0.5, 1, material),
  ({ random }, material) => torus(0.5, between(random, 0.1, 0.3), material),
  (_, material) => ramp([1, 0.6, 1], material),
  ({ random }, material) => staircase([1, 0.8, 1], wholeBetween(random, 3, 7), material),
  (kit, material) => vase(kit, material),
  (kit, material) => vase(kit, material),
  ({ random }, material) =>
    stack(wholeBetween(random, 2, 6), (i) => box([1 - 0.1 * i, 0.25, 0.8 - 0.07 * i], material)),
];

/** A turned body of a wavy outline: vases, bottles, bowls, lamps' feet. */
function vase({ random }: SceneKit, material: Material): Mesh {
  const rings = wholeBetween(random, 4, 9);
  const outline = Array.from({ length: rings }, (_, i) => [between(random, 0.12, 0.5), i / (rings - 1)] as const);
  return lathe([[0, 0], ...outline, [0, 1]], material, 20);
}

function stack(count: number, layer: (i: number) => Mesh): Mesh {
  let y = 0;
  const layers: Mesh[] = [];
  for (let i = 0; i < count; i++) {
    const mesh = transformMesh(layer(i), inOrder(turn(i * 0.37), translation([0, y, 0])));
    y = boundsOf(mesh).max[1];
    layers.push(mesh);
  }
  return mergeMeshes(layers);
}

/** Twists a body about the vertical, narrows it upwards, and dents it. */
export function deform(mesh: Mesh, { random }: SceneKit): Mesh {
  const twist = between(random, -1.5, 1.5);
  const taper = between(random, -0.4, 0.7);
  const dent = between(random, 0, 0.12);
  const roughness = between(random, 1.5, 5);
  const seed = random.integer(2 ** 20);
  const positions = mesh.positions.slice();
  for (let i = 0; i < positions.length; i += 3) {
    const [x, y, z] = positions.subarray(i, i + 3) as unknown as [number, number, number];
    const bump = 1 + dent * spaceNoise([x * roughness + 50, y * roughness + 50, z * roughness + 50], seed);
    const width = (1 - taper * y) * bump;
    const c = Math.cos(twist * y);
    const s = Math.sin(twist * y);
    positions.set([width * (c * x - s * z), y * bump, width * (s * x + c * z)], i);
  }
  return facetedMesh({ ...mesh, positions });
}

/** Things put down one on another's place, each resting on the ground or on those below it. */
export async function heap(kit: SceneKit, count: number, radius: number): Promise<Mesh> {
  const { random } = kit;
  const resting: Mesh[] = [];
  for (let i = 0; i < count; i++) {
    const mesh = await looseObject(kit, between(random, 0.2, 0.6) * radius);
    const angle = between(random, 0, 2 * Math.PI);
    const out = radius * random.uniform() ** 0.7;
    const moved = transformMesh(mesh, translation([out * Math.cos(angle), 0, out * Math.sin(angle)]));
    resting.push(transformMesh(moved, translation([0, restingHeight(moved, resting), 0])));
  }
  return mergeMeshes(resting);
}

/** The height of the highest thing whose bounds meet these from above; sunk in a little, as round things touch lower. */
function restingHeight(mesh: Mesh, below: readonly Mesh[]): number {
  const { min, max } = boundsOf(mesh);
  let height = 0;
  for (const other of below) {
    const bounds = boundsOf(other);
    const overlap = [0, 2].every((axis) => {
      const inset = 0.25 * ((bounds.max[axis] as number) - (bounds.min[axis] as number));
      return (
        (min[axis] as number) < (bounds.max[axis] as number) - inset &&
        (max[axis] as number) > (bounds.min[axis] as number) + inset
      );
    });
    if (overlap) height = Math.max(height, bounds.max[1] - 0.06 * (bounds.max[1] - bounds.min[1]));
  }
  return height;
}
