import type { BuiltScene } from './built-scene.ts';
import { between, chance, logBetween, pick, wholeBetween } from './draw.ts';
import { Furnishing, isFurniture } from './furnishing.ts';
import { type Bounds, boundsOf, type Mesh, transformMesh } from './mesh.ts';
import type { LibraryModel } from './model-library.ts';
import { inOrder, translation, turn } from './placement.ts';
import { roomShell } from './room-shell.ts';
import type { Light, Surroundings } from './scene.ts';
import type { SceneKit } from './scene-kit.ts';
import { box, boxBetween, cylinder, quad, sphere } from './shapes.ts';
import type { Vector } from './vector.ts';

/** A furnished room of any size, with windows, lamps and things on its tables. */
export async function buildRoom(kit: SceneKit): Promise<BuiltScene> {
  const { random } = kit;
  const size: Vector = [logBetween(random, 2.2, 9), between(random, 2.2, 3.8), logBetween(random, 2.2, 9)];
  const shell = await roomShell(kit, size);
  const furnishing = new Furnishing(kit, size);
  const extras = await columns(kit, size);
  await rugs(kit, size, extras);
  await furnish(kit, furnishing, { size, sides: shell.sides });
  const ceilingLights = await lamps(kit, size);
  const outside = shell.hasWindows ? await view(kit) : [];
  const obstacles: Bounds[] = [
    ...furnishing.obstacles,
    ...extras.filter((part) => boundsOf(part).max[1] > 0.1).map(boundsOf),
  ];
  const [x, y, z] = size.map((side) => side / 2) as [number, number, number];
  return {
    parts: [...shell.parts, ...extras, ...furnishing.parts, ...ceilingLights.parts, ...outside],
    lights: [...ceilingLights.lights, ...(chance(random, 0.5) ? [sunlight(kit)] : [])],
    surroundings: indoorLight(kit),
    occlusionReach: between(random, 0.4, 1.2),
    cameraZone: { min: [0.2 - x, 0.3, 0.2 - z], max: [x - 0.2, Math.min(2 * y - 0.2, 2.4), z - 0.2] },
    minHeightAboveGround: 0,
    nearest: 0.3,
    obstacles,
    targets: furnishing.obstacles.map(({ min, max }) => [
      (min[0] + max[0]) / 2,
      (min[1] + max[1]) / 2,
      (min[2] + max[2]) / 2,
    ]),
    models: [...furnishing.models],
  };
}

async function furnish(
  kit: SceneKit,
  furnishing: Furnishing,
  { size, sides }: { size: Vector; sides: Awaited<ReturnType<typeof roomShell>>['sides'] },
): Promise<void> {
  const { random } = kit;
  const theme = pick(random, ['Living room', 'Bedroom', 'Kitchen', 'Office', 'Bathroom', 'Miscellaneous']);
  const fits = (model: LibraryModel) => isFurniture(model) && (model.category === theme || random.uniform() < 0.04);
  for (const side of sides) {
    const count = wholeBetween(random, 1, Math.ceil(side.length * 0.8));
    for (let i = 0; i < count; i++) await furnishing.alongWall(side, fits);
  }
  const area = size[0] * size[2];
  const free = wholeBetween(random, 1, Math.ceil(area / 6));
  for (let i = 0; i < free; i++) await furnishing.free(isFurniture);
  const loose = wholeBetween(random, 0, Math.ceil(area / 5));
  for (let i = 0; i < loose; i++) await furnishing.loose();
}

/** Pillars, chimneys and short walls that stand out. */
async function columns(kit: SceneKit, [width, height, depth]: Vector): Promise<Mesh[]> {
  const { random } = kit;
  const parts: Mesh[] = [];
  if (chance(random, 0.2)) {
    const pillar = chance(random, 0.5)
      ? cylinder(between(random, 0.1, 0.25), height, await kit.material('solid'))
      : box([between(random, 0.2, 0.5), height, between(random, 0.2, 0.5)], await kit.material('wall'));
    parts.push(
      transformMesh(pillar, translation([between(random, -0.3, 0.3) * width, 0, between(random, -0.3, 0.3) * depth])),
    );
  }
  if (chance(random, 0.25) && width > 3) {
    const partition = box(
      [between(random, 0.3, 0.45) * width, chance(random, 0.6) ? height : 1.1, 0.12],
      await kit.material('wall'),
    );
    const bounds = boundsOf(partition);
    parts.push(
      transformMesh(partition, translation([-width / 2 + bounds.max[0], 0, between(random, -0.2, 0.2) * depth])),
    );
  }
  return parts;
}

async function rugs(kit: SceneKit, [width, , depth]: Vector, parts: Mesh[]): Promise<void> {
  const { random } = kit;
  if (!chance(random, 0.5)) return;
  const material = { ...(await kit.material('rug')), tileSize: 1 };
  const x = (width / 2) * between(random, 0.3, 0.8);
  const z = (depth / 2) * between(random, 0.3, 0.8);
  const face = quad(
    [
      [-x, 0.008, z],
      [x, 0.008, z],
      [x, 0.008, -z],
      [-x, 0.008, -z],
    ],
    material,
  );
  const whole = { ...face, uvs: face.uvs.map((value, at) => value / (at % 2 === 0 ? 2 * x : 2 * z)) };
  parts.push(transformMesh(whole, turn(chance(random, 0.3) ? between(random, -0.3, 0.3) : 0)));
}

async function lamps(kit: SceneKit, [width, height, depth]: Vector): Promise<{ parts: Mesh[]; lights: Light[] }> {
  const { random } = kit;
  const count = wholeBetween(random, 1, 2);
  const parts: Mesh[] = [];
  const lights: Light[] = [];
  for (let i = 0; i < count; i++) {
    const drop = between(random, 0.15, 0.7);
    const position: Vector = [
      between(random, -0.35, 0.35) * width,
      height - drop,
      between(random, -0.35, 0.35) * depth,
    ];
    const warm = between(random, 0.6, 1);
    const power = logBetween(random, 1, 5) * Math.max(1, (width * depth) / 16);
    lights.push({
      kind: 'lamp',
      position,
      color: [power, power * warm ** 0.5, power * warm],
      radius: between(random, 0.03, 0.3),
    });
    const bulb = { color: [1, 0.95, 0.85] as Vector, tileSize: 1, gloss: 0, emission: 3 };
    const shade = transformMesh(sphere(0.07, bulb), translation([0, 0.06, 0]));
    const cord = boxBetween([-0.006, 0.18, -0.006], [0.006, drop, 0.006], await kit.material('solid'));
    parts.push(...[shade, cord].map((part) => transformMesh(part, inOrder(translation(position)))));
  }
  return { parts, lights };
}

function sunlight({ random }: SceneKit): Light {
  const angle = between(random, 0, 2 * Math.PI);
  const height = between(random, 0.25, 1);
  const length = Math.hypot(1, height);
  const power = logBetween(random, 1, 6);
  return {
    kind: 'sun',
    direction: [Math.cos(angle) / length, height / length, Math.sin(angle) / length],
    color: [power, power * 0.92, power * 0.8],
    radius: between(random, 0.005, 0.03),
  };
}

function indoorLight({ random }: SceneKit): Surroundings {
  const power = logBetween(random, 0.15, 0.7);
  const bounce = between(random, 0.5, 0.9) * power;
  return {
    zenith: [power * 0.9, power * 0.95, power * between(random, 0.9, 1.25)],
    horizon: [power * 1.1, power * 1.1, power * 1.1],
    ground: [bounce, bounce * 0.95, bounce * 0.88],
    clouds: random.uniform(),
    seed: random.integer(2 ** 20),
  };
}

/** What is to be seen through the windows: ground, and houses. */
async function view(kit: SceneKit): Promise<Mesh[]> {
  const { random } = kit;
  const y = -between(random, 0.2, 6);
  const reach = 40;
  const parts = [
    quad(
      [
        [-reach, y, reach],
        [reach, y, reach],
        [reach, y, -reach],
        [-reach, y, -reach],
      ],
      await kit.material('ground'),
    ),
  ];
  const houses = wholeBetween(random, 1, 6);
  for (let i = 0; i < houses; i++) {
    const angle = between(random, 0, 2 * Math.PI);
    const out = between(random, 11, 30);
    const house = box(
      [between(random, 3, 12), between(random, 3, 16), between(random, 3, 8)],
      await kit.material('wall'),
    );
    parts.push(
      transformMesh(house, inOrder(turn(angle), translation([out * Math.cos(angle), y, out * Math.sin(angle)]))),
    );
  }
  return parts;
}
