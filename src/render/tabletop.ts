import type { BuiltScene } from './built-scene.ts';
import { between, chance, logBetween, wholeBetween } from './draw.ts';
import { FloorPlan, footprintAt, turnedSize } from './floor-plan.ts';
import { isSmall } from './furnishing.ts';
import { heap, looseObject } from './loose-objects.ts';
import { boundsOf, type Mesh, transformMesh } from './mesh.ts';
import type { LibraryModel } from './model-library.ts';
import { middle } from './outdoors.ts';
import { inOrder, translation, turn } from './placement.ts';
import type { Light } from './scene.ts';
import type { SceneKit } from './scene-kit.ts';
import { box, quad } from './shapes.ts';
import type { Vector } from './vector.ts';

/** Small things on a table, seen from near, with walls somewhere behind. */
export async function buildTabletop(kit: SceneKit): Promise<BuiltScene> {
  const { random } = kit;
  const half = between(random, 0.3, 0.65);
  const things: Mesh[] = [];
  const models = new Set<LibraryModel>();
  const plan = new FloorPlan(footprintAt(0, 0, [2 * half, 2 * half]));
  const count = wholeBetween(random, 12, 30);
  for (let i = 0; i < count; i++) {
    const { mesh, model } = await smallThing(kit);
    const { min, max } = boundsOf(mesh);
    const angle = between(random, 0, 2 * Math.PI);
    const [x, z] = [between(random, -half, half), between(random, -half, half)];
    if (!plan.take(footprintAt(x, z, turnedSize([max[0] - min[0], max[2] - min[2]], angle)), 0.005)) continue;
    things.push(transformMesh(mesh, inOrder(turn(angle), translation([x, 0, z]))));
    if (model) models.add(model);
  }
  const obstacles = things.map(boundsOf);
  return {
    parts: [...things, ...(await stage(kit, half))],
    lights: spots(kit, half),
    surroundings: {
      zenith: [0.4, 0.4, 0.42],
      horizon: [0.45, 0.45, 0.45],
      ground: [0.25, 0.23, 0.2],
      clouds: 0,
      seed: 1,
    },
    occlusionReach: between(random, 0.08, 0.25),
    cameraZone: { min: [-1.4 * half, 0.1, -1.4 * half], max: [1.4 * half, 1.5 * half + 0.2, 1.4 * half] },
    minHeightAboveGround: 0.06,
    nearest: 0.12,
    obstacles,
    targets: obstacles.map(middle),
    models: [...models],
  };
}

async function smallThing(kit: SceneKit): Promise<{ mesh: Mesh; model?: LibraryModel }> {
  const { random, supplies } = kit;
  const models = supplies.library.models.filter(isSmall);
  const model = models.length > 0 && chance(random, 0.55) ? models[random.integer(models.length)] : undefined;
  const mesh = model && (await supplies.library.mesh(model));
  if (mesh && model) return { mesh, model };
  if (chance(random, 0.25)) return { mesh: await heap(kit, wholeBetween(random, 2, 6), between(random, 0.06, 0.15)) };
  return { mesh: await looseObject(kit, logBetween(random, 0.1, 0.45)) };
}

/** The table's top, and the room around it: near or far, closed, so that every ray ends somewhere. */
async function stage(kit: SceneKit, half: number): Promise<Mesh[]> {
  const { random } = kit;
  const top = 1.3 * half;
  const table = transformMesh(box([2 * top, 0.04, 2 * top], await kit.material('solid')), translation([0, -0.04, 0]));
  const reach = between(random, 2 * half, 3);
  const floor = -between(random, 0.1, 0.8);
  const height = between(random, 1.8, 3);
  const [wall, ground, ceiling] = [
    await kit.material('wall'),
    await kit.material('floor'),
    await kit.material('ceiling'),
  ];
  const a: Vector = [-reach, floor, reach];
  const b: Vector = [reach, floor, reach];
  const c: Vector = [reach, floor, -reach];
  const d: Vector = [-reach, floor, -reach];
  const up = ([x, , z]: Vector): Vector => [x, floor + height, z];
  const side = (from: Vector, to: Vector) => quad([from, to, up(to), up(from)], wall);
  return [
    table,
    quad([a, b, c, d], ground),
    quad([up(a), up(b), up(c), up(d)], ceiling),
    side(a, b),
    side(b, c),
    side(c, d),
    side(d, a),
  ];
}

function spots({ random }: SceneKit, half: number): Light[] {
  return Array.from({ length: wholeBetween(random, 1, 3) }, () => {
    const power = logBetween(random, 0.4, 2);
    const warm = between(random, 0.6, 1);
    return {
      kind: 'lamp',
      position: [between(random, -2, 2) * half, between(random, 0.8, 1.4), between(random, -2, 2) * half],
      color: [power, power * warm ** 0.5, power * warm],
      radius: between(random, 0.01, 0.12),
    };
  });
}
