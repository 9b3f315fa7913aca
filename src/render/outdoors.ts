import type { BuiltScene } from './built-scene.ts';
import { between, chance, logBetween, pick, wholeBetween } from './draw.ts';
import { FloorPlan, footprintAt, turnedSize } from './floor-plan.ts';
import { deform, fitted, heap, looseObject } from './loose-objects.ts';
import { type Bounds, boundsOf, type Mesh, mergeMeshes, transformMesh } from './mesh.ts';
import type { LibraryModel } from './model-library.ts';
import { fractalNoise } from './noise.ts';
import { inOrder, scaling, translation, turn } from './placement.ts';
import type { Light, Surroundings } from './scene.ts';
import type { SceneKit } from './scene-kit.ts';
import { box, cone, cylinder, ramp, sphere, staircase, surface } from './shapes.ts';
import { scale, type Vector } from './vector.ts';

/** Hilly ground under a sky, with heaps, boulders, trees, walls and houses. */
export async function buildOutdoors(kit: SceneKit): Promise<BuiltScene> {
  const { random } = kit;
  const reach = logBetween(random, 5, 16);
  const ground = await terrain(kit, reach);
  const plan = new FloorPlan(footprintAt(0, 0, [2 * reach, 2 * reach]));
  const things: Mesh[] = [];
  const models = new Set<LibraryModel>();
  const count = wholeBetween(random, 22, 50);
  for (let i = 0; i < count; i++) {
    const { mesh, model } = await thing(kit, reach);
    const placed = put(kit, { mesh, plan, reach, height: ground.height });
    if (!placed) continue;
    things.push(placed);
    if (model) models.add(model);
  }
  const obstacles = things.map(boundsOf);
  const near = 0.8 * reach;
  return {
    parts: [ground.mesh, ...things],
    lights: sun(kit),
    surroundings: daylight(kit),
    occlusionReach: between(random, 0.5, 1.5),
    cameraZone: { min: [-near, -3, -near], max: [near, 0.35 * reach + 3, near] },
    minHeightAboveGround: 0.4,
    nearest: 0.6,
    obstacles,
    targets: obstacles.map(middle),
    models: [...models],
  };
}

export function middle({ min, max }: Bounds): Vector {
  return [(min[0] + max[0]) / 2, (min[1] + max[1]) / 2, (min[2] + max[2]) / 2];
}

interface Ground {
  readonly mesh: Mesh;
  height(x: number, z: number): number;
}

async function terrain(kit: SceneKit, reach: number): Promise<Ground> {
  const { random } = kit;
  const side = 5 * reach;
  const relief = chance(random, 0.3) ? 0.02 : between(random, 0.05, 0.25);
  const cells = wholeBetween(random, 4, 9);
  const seed = random.integer(2 ** 20);
  const height = (x: number, z: number) => {
    const noise = fractalNoise(x / side + 0.5, z / side + 0.5, { cells, octaves: 5, seed, gain: 0.4 });
    return (noise - 0.5) * 2 * relief * reach;
  };
  const at = (u: number, v: number): Vector => {
    const x = (u - 0.5) * side;
    const z = (v - 0.5) * side;
    return [x, height(x, z), z];
  };
  const material = await kit.material('ground');
  const mesh = surface(at, { columns: 96, rows: 96, material, extent: [side, side], isSmooth: true });
  return { mesh, height };
}

interface Putting {
  readonly mesh: Mesh;
  readonly plan: FloorPlan;
  readonly reach: number;
  readonly height: (x: number, z: number) => number;
}

function put({ random }: SceneKit, { mesh, plan, reach, height }: Putting): Mesh | undefined {
  const { min, max } = boundsOf(mesh);
  for (let attempt = 0; attempt < 5; attempt++) {
    const angle = between(random, 0, 2 * Math.PI);
    const x = between(random, -reach, reach);
    const z = between(random, -reach, reach);
    const size = turnedSize([max[0] - min[0], max[2] - min[2]], angle);
    if (!plan.take(footprintAt(x, z, size), 0.1)) continue;
    const sunk = 0.06 * Math.min(max[1], 1.5);
    return transformMesh(mesh, inOrder(turn(angle), translation([x, height(x, z) - sunk, z])));
  }
  return undefined;
}

interface Thing {
  readonly mesh: Mesh;
  readonly model?: LibraryModel;
}

async function thing(kit: SceneKit, reach: number): Promise<Thing> {
  const { random, supplies } = kit;
  const models = supplies.library.models.filter(isOutdoors);
  if (models.length > 0 && chance(random, 0.35)) {
    const model = pick(random, models);
    const mesh = await supplies.library.mesh(model);
    if (mesh) return { mesh, model };
  }
  return { mesh: await pick(random, makers)(kit, reach) };
}

function isOutdoors({ category, size, elevation }: LibraryModel): boolean {
  return (
    ['Exterior', 'Vehicles', 'Characters', 'Miscellaneous'].includes(category) &&
    Math.max(...size) < 8 &&
    elevation === 0
  );
}

type Maker = (kit: SceneKit, reach: number) => Promise<Mesh>;

const makers: readonly Maker[] = [boulder, boulder, tree, house, freeWall, steps, pile, pile, single];

async function boulder(kit: SceneKit, reach: number): Promise<Mesh> {
  const { random } = kit;
  const size = reach * logBetween(random, 0.03, 0.25);
  const rough = deform(sphere(0.5, await kit.material('ground')), kit);
  const stretched = transformMesh(
    rough,
    scaling([between(random, 0.6, 1.4), between(random, 0.5, 1.1), between(random, 0.6, 1.4)]),
  );
  return fitted(stretched, size);
}

async function tree(kit: SceneKit): Promise<Mesh> {
  const { random } = kit;
  const height = between(random, 1.5, 6);
  const trunk = cylinder(height * between(random, 0.02, 0.05), height, await kit.material('wood'));
  const leaves = await kit.material('ground');
  const isFir = chance(random, 0.4);
  const crowns = Array.from({ length: wholeBetween(random, 2, 5) }, (_, i) => {
    const radius = height * between(random, 0.12, 0.25) * (1 - 0.12 * i);
    const crown = isFir ? cone(radius * 1.3, radius * 2.5, leaves) : deform(fitted(sphere(0.5, leaves), 1), kit);
    const size = isFir ? crown : fitted(crown, 2 * radius);
    const drift = isFir ? 0 : radius * 0.6;
    return transformMesh(
      size,
      translation([between(random, -drift, drift), height * (0.35 + 0.16 * i), between(random, -drift, drift)]),
    );
  });
  return mergeMeshes([trunk, ...crowns]);
}

async function house(kit: SceneKit, reach: number): Promise<Mesh> {
  const { random } = kit;
  const size: Vector = [
    reach * between(random, 0.1, 0.4),
    reach * between(random, 0.1, 0.35),
    reach * between(random, 0.1, 0.3),
  ];
  const parts = [box(size, await kit.material('wall'))];
  const [width, height, depth] = size;
  const roof = ramp([width * 1.06, height * 0.4, depth * 0.53], await kit.material('floor'));
  for (const side of [0, 1]) {
    parts.push(transformMesh(roof, inOrder(translation([0, height, depth * 0.265]), turn(side * Math.PI))));
  }
  const glass = await kit.material('solid');
  const columns = wholeBetween(random, 1, 4);
  for (let i = 0; i < columns; i++) {
    const pane = box([(width / columns) * 0.45, height * 0.3, 0.08], glass);
    parts.push(transformMesh(pane, translation([-width / 2 + ((i + 0.5) * width) / columns, height * 0.4, depth / 2])));
  }
  return mergeMeshes(parts);
}

async function freeWall(kit: SceneKit, reach: number): Promise<Mesh> {
  const { random } = kit;
  return box(
    [reach * between(random, 0.15, 0.6), between(random, 0.6, 2.6), between(random, 0.15, 0.4)],
    await kit.material('wall'),
  );
}

async function steps(kit: SceneKit): Promise<Mesh> {
  const { random } = kit;
  const size: Vector = [between(random, 0.8, 3), between(random, 0.6, 2), between(random, 1, 3)];
  const material = await kit.material('solid');
  return chance(random, 0.6) ? staircase(size, wholeBetween(random, 3, 9), material) : ramp(size, material);
}

function pile(kit: SceneKit, reach: number): Promise<Mesh> {
  const { random } = kit;
  return heap(kit, wholeBetween(random, 4, 14), reach * between(random, 0.04, 0.12));
}

function single(kit: SceneKit, reach: number): Promise<Mesh> {
  return looseObject(kit, reach * logBetween(kit.random, 0.03, 0.2));
}

function sun({ random }: SceneKit): Light[] {
  if (chance(random, 0.2)) return [];
  const angle = between(random, 0, 2 * Math.PI);
  const height = between(random, 0.2, 1.4);
  const direction = scale([Math.cos(angle), height, Math.sin(angle)], 1 / Math.hypot(1, height));
  const power = logBetween(random, 0.6, 3);
  const warm = between(random, 0.65, 1);
  return [
    { kind: 'sun', direction, color: [power, power * warm ** 0.4, power * warm], radius: between(random, 0.005, 0.06) },
  ];
}

function daylight({ random }: SceneKit): Surroundings {
  const power = logBetween(random, 0.4, 1.1);
  const blue = between(random, 1, 1.8);
  return {
    zenith: [power * 0.55, power * 0.75, power * blue],
    horizon: [power, power, power * 1.05],
    ground: [power * 0.4, power * 0.36, power * 0.3],
    clouds: random.uniform(),
    seed: random.integer(2 ** 20),
  };
}
