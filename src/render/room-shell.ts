import type { Matrix4 } from '#geometry/camera.ts';
import { between, chance, wholeBetween } from './draw.ts';
import { type Mesh, shiftUv, transformMesh } from './mesh.ts';
import { inOrder, translation, turn } from './placement.ts';
import type { SceneKit } from './scene-kit.ts';
import { box, boxBetween, quad, sphere } from './shapes.ts';
import type { Vector } from './vector.ts';
import { type Hole, skirting, wall, windowFrame } from './wall.ts';

/** One side of a room, seen from inside: x runs along it from 0 to its length, z into the room. */
export interface WallSide {
  readonly length: number;
  readonly holes: readonly Hole[];
  readonly toWorld: Matrix4;
  /** Turns things whose front is +z so that they look into the room. */
  readonly angleRad: number;
}

export interface RoomShell {
  readonly parts: readonly Mesh[];
  readonly sides: readonly WallSide[];
  readonly hasWindows: boolean;
}

/** Floor, ceiling, walls with windows, doors and skirting, pictures; the room is about x = z = 0. */
export async function roomShell(kit: SceneKit, size: Vector): Promise<RoomShell> {
  const [width, height, depth] = size;
  const sides = wallSides(kit, size);
  const parts: Mesh[] = [
    await slab(kit, 'floor', [width, 0, depth]),
    await slab(kit, 'ceiling', [width, height, depth]),
  ];
  const shared = await kit.material('wall');
  const trim = await kit.material('wood');
  const hasSkirting = chance(kit.random, 0.7);
  for (const side of sides) {
    const material = chance(kit.random, 0.75) ? shared : await kit.material('wall');
    const thickness = between(kit.random, 0.12, 0.3);
    const built = [wall({ length: side.length, height, holes: side.holes, material, thickness })];
    if (hasSkirting) built.push(...skirting(side.length, side.holes, between(kit.random, 0.05, 0.14), trim));
    for (const hole of side.holes) built.push(...(await fillHole(kit, hole)));
    built.push(...(await pictures(kit, side, height)));
    parts.push(...built.map((part) => transformMesh(part, side.toWorld)));
  }
  return { parts, sides, hasWindows: sides.some(({ holes }) => holes.length > 0) };
}

async function slab(kit: SceneKit, role: 'floor' | 'ceiling', [width, y, depth]: Vector): Promise<Mesh> {
  const x = width / 2;
  const z = depth / 2;
  const face = quad(
    [
      [-x, y, z],
      [x, y, z],
      [x, y, -z],
      [-x, y, -z],
    ],
    await kit.material(role),
  );
  return shiftUv(face, [kit.random.uniform(), kit.random.uniform()]);
}

function wallSides({ random }: SceneKit, [width, height, depth]: Vector): WallSide[] {
  return [0, 1, 2, 3].map((number) => {
    const length = number % 2 === 0 ? width : depth;
    const distance = number % 2 === 0 ? depth : width;
    const angleRad = (number * Math.PI) / 2;
    const toWorld = inOrder(translation([-length / 2, 0, -distance / 2]), turn(angleRad));
    const holes = drawHoles(random, length, height);
    return { length, holes, toWorld, angleRad };
  });
}

function drawHoles(random: SceneKit['random'], length: number, height: number): Hole[] {
  const holes: Hole[] = [];
  let x = between(random, 0.3, 1.5);
  while (x < length - 1) {
    const isDoor = chance(random, 0.3);
    const width = isDoor ? between(random, 0.7, 1.2) : between(random, 0.6, 2.2);
    const top = Math.min(isDoor ? between(random, 1.95, 2.2) : between(random, 1.8, 2.5), height - 0.1);
    const bottom = isDoor ? 0 : between(random, 0.3, 1.1);
    if (chance(random, 0.42) && x + width < length - 0.2) holes.push({ left: x, right: x + width, bottom, top });
    x += width + between(random, 0.3, 2);
  }
  return holes;
}

async function fillHole(kit: SceneKit, hole: Hole): Promise<Mesh[]> {
  const { random } = kit;
  const material = await kit.material('wood');
  if (hole.bottom > 0) {
    const bars = [wholeBetween(random, 1, 4), wholeBetween(random, 1, 3)] as const;
    const sill = boxBetween(
      [hole.left - 0.05, hole.bottom - 0.03, -0.1],
      [hole.right + 0.05, hole.bottom, 0.08],
      material,
    );
    const curtains = chance(random, 0.35) ? await drapes(kit, hole) : [];
    return [windowFrame(hole, bars, material), sill, ...curtains];
  }
  const { left, right, top } = hole;
  const door = transformMesh(box([right - left, top, 0.04], material), translation([(right - left) / 2, 0, 0]));
  const knob = transformMesh(sphere(0.03, await kit.material('solid')), translation([right - left - 0.08, 1, 0.05]));
  const opening = chance(random, 0.3) ? between(random, 0.2, 1.8) : 0;
  const hinge = inOrder(turn(opening), translation([left, 0, -0.06]));
  return [door, knob].map((part) => transformMesh(part, hinge));
}

/** Curtains: folded strips on both sides of a window. */
async function drapes(kit: SceneKit, { left, right, bottom, top }: Hole): Promise<Mesh[]> {
  const cloth = await kit.material('cloth');
  const length = chance(kit.random, 0.5) ? bottom - 0.1 : top - 0.02;
  return [left - 0.15, right - 0.2].flatMap((from) =>
    Array.from({ length: 6 }, (_, i) => {
      const x = from + i * 0.06;
      const z = i % 2 === 0 ? 0.1 : 0.16;
      const next = i % 2 === 0 ? 0.16 : 0.1;
      const y = top - length;
      return quad(
        [
          [x, y, z],
          [x + 0.06, y, next],
          [x + 0.06, top + 0.06, next],
          [x, top + 0.06, z],
        ],
        cloth,
      );
    }),
  );
}

/** Framed pictures, posters and mirrors-to-be between the holes. */
async function pictures(kit: SceneKit, { length, holes }: WallSide, height: number): Promise<Mesh[]> {
  const { random } = kit;
  const parts: Mesh[] = [];
  const count = wholeBetween(random, 0, Math.ceil(length));
  const taken: Hole[] = [...holes];
  for (let i = 0; i < count; i++) {
    const width = between(random, 0.2, 1.3);
    const tall = width * between(random, 0.6, 1.5);
    const left = between(random, 0.1, Math.max(length - width - 0.1, 0.1));
    const bottom = between(random, 0.9, Math.max(height - tall - 0.2, 0.9));
    const place: Hole = { left: left - 0.2, right: left + width + 0.2, bottom: bottom - 0.1, top: bottom + tall + 0.1 };
    if (place.right > length || place.top > height || taken.some((other) => meets(place, other))) continue;
    taken.push(place);
    const picture = { ...(await kit.picture()), tileSize: 1 };
    const face = quad(
      [
        [left, bottom, 0.022],
        [left + width, bottom, 0.022],
        [left + width, bottom + tall, 0.022],
        [left, bottom + tall, 0.022],
      ],
      picture,
    );
    const whole = { ...face, uvs: face.uvs.map((value, at) => value / (at % 2 === 0 ? width : tall)) };
    const frame = boxBetween(
      [left - 0.03, bottom - 0.03, 0],
      [left + width + 0.03, bottom + tall + 0.03, 0.02],
      await kit.material('wood'),
    );
    parts.push(frame, whole);
  }
  return parts;
}

function meets(a: Hole, b: Hole): boolean {
  return a.left < b.right && a.right > b.left && a.bottom < b.top && a.top > b.bottom;
}
