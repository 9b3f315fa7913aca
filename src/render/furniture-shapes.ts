import { between, chance, pick, wholeBetween } from './draw.ts';
import { type Mesh, mergeMeshes, transformMesh } from './mesh.ts';
import { translation } from './placement.ts';
import type { SceneKit } from './scene-kit.ts';
import { box, boxBetween, cylinder, sphere } from './shapes.ts';
import type { Vector } from './vector.ts';

/** Furniture made here, standing at y = 0 about x = z = 0, its front towards +z. */
export interface Piece {
  readonly mesh: Mesh;
  /** Width, height, depth. */
  readonly size: Vector;
  /** Height of a surface to put things on. */
  readonly topHeight?: number;
}

async function table(kit: SceneKit): Promise<Piece> {
  const { random } = kit;
  const size: Vector = [between(random, 0.5, 2), between(random, 0.35, 0.95), between(random, 0.4, 1)];
  const [width, height, depth] = size;
  const wood = await kit.material('wood');
  const leg = between(random, 0.04, 0.1);
  const top = transformMesh(box([width, 0.04, depth], await kit.material('solid')), translation([0, height - 0.04, 0]));
  const isRound = chance(random, 0.3);
  const legs = corners(width - leg, depth - leg).map(([x, z]) =>
    transformMesh(
      isRound ? cylinder(leg / 2, height - 0.04, wood) : box([leg, height - 0.04, leg], wood),
      translation([x, 0, z]),
    ),
  );
  return { mesh: mergeMeshes([top, ...legs]), size, topHeight: height };
}

function corners(width: number, depth: number): readonly (readonly [number, number])[] {
  const x = width / 2;
  const z = depth / 2;
  return [
    [-x, -z],
    [x, -z],
    [-x, z],
    [x, z],
  ];
}

async function chair(kit: SceneKit): Promise<Piece> {
  const { random } = kit;
  const width = between(random, 0.4, 0.6);
  const seat = between(random, 0.4, 0.5);
  const height = between(random, 0.75, 1.1);
  const frame = await kit.material('wood');
  const cloth = await kit.material('cloth');
  const legs = corners(width - 0.05, width - 0.05).map(([x, z]) =>
    transformMesh(box([0.04, seat, 0.04], frame), translation([x, 0, z])),
  );
  const back = boxBetween([-width / 2, seat + 0.1, -width / 2], [width / 2, height, -width / 2 + 0.04], cloth);
  const posts = [-1, 1].map((side) =>
    transformMesh(
      box([0.04, height - seat, 0.04], frame),
      translation([side * (width / 2 - 0.02), seat, -width / 2 + 0.02]),
    ),
  );
  const cushion = transformMesh(box([width, 0.06, width], cloth), translation([0, seat - 0.03, 0]));
  return { mesh: mergeMeshes([...legs, ...posts, back, cushion]), size: [width, height, width] };
}

/** Shelves, with or without a back, filled with books and boxes. */
async function shelf(kit: SceneKit): Promise<Piece> {
  const { random } = kit;
  const size: Vector = [between(random, 0.6, 1.8), between(random, 0.7, 2.2), between(random, 0.22, 0.45)];
  const [width, height, depth] = size;
  const wood = await kit.material('wood');
  const boards = wholeBetween(random, 2, 6);
  const pitch = (height - 0.03) / boards;
  const parts = Array.from({ length: boards + 1 }, (_, i) =>
    transformMesh(box([width, 0.03, depth], wood), translation([0, i * pitch, 0])),
  );
  for (const side of [-1, 1]) {
    parts.push(transformMesh(box([0.03, height, depth], wood), translation([(side * (width - 0.03)) / 2, 0, 0])));
  }
  if (chance(random, 0.8)) {
    parts.push(
      boxBetween([-width / 2, 0, -depth / 2], [width / 2, height, -depth / 2 + 0.01], await kit.material('wood')),
    );
  }
  const covers = await Promise.all([0, 1, 2, 3].map(() => kit.material(pick(random, ['any', 'cloth', 'picture']))));
  for (let board = 0; board < boards; board++) {
    let x = -width / 2 + 0.04;
    while (x < width / 2 - 0.12) {
      const thickness = chance(random, 0.8) ? between(random, 0.02, 0.06) : between(random, 0.06, 0.3);
      const book: Vector = [thickness, (pitch - 0.05) * between(random, 0.45, 0.95), depth * between(random, 0.5, 0.9)];
      const right = x + thickness / 2;
      if (right + thickness / 2 < width / 2 - 0.04 && chance(random, 0.85)) {
        parts.push(transformMesh(box(book, pick(random, covers)), translation([right, board * pitch + 0.03, 0])));
      }
      x += thickness + 0.003;
    }
  }
  return { mesh: mergeMeshes(parts), size, topHeight: height };
}

/** A chest, cupboard or wardrobe with doors and knobs. */
async function cabinet(kit: SceneKit): Promise<Piece> {
  const { random } = kit;
  const size: Vector = [between(random, 0.4, 1.8), between(random, 0.4, 2.1), between(random, 0.35, 0.65)];
  const [width, height, depth] = size;
  const body = await kit.material('wood');
  const front = chance(random, 0.5) ? body : await kit.material('solid');
  const knob = await kit.material('solid');
  const columns = wholeBetween(random, 1, 4);
  const rows = wholeBetween(random, 1, height > 1 ? 5 : 3);
  const parts = [box(size, body)];
  for (let i = 0; i < columns * rows; i++) {
    const x = -width / 2 + (((i % columns) + 0.5) * width) / columns;
    const y = 0.05 + Math.floor(i / columns) * ((height - 0.08) / rows);
    const door: Vector = [width / columns - 0.03, (height - 0.08) / rows - 0.02, 0.02];
    parts.push(transformMesh(box(door, front), translation([x, y, depth / 2 + 0.005])));
    parts.push(
      transformMesh(sphere(0.016, knob), translation([x + door[0] * 0.35, y + door[1] / 2, depth / 2 + 0.03])),
    );
  }
  return { mesh: mergeMeshes(parts), size: [width, height, depth + 0.07], topHeight: height };
}

/** Also a bed, if it is deep and has no arms. */
async function sofa(kit: SceneKit): Promise<Piece> {
  const { random } = kit;
  const isBed = chance(random, 0.4);
  const width = isBed ? between(random, 0.9, 2) : between(random, 0.8, 2.6);
  const depth = isBed ? between(random, 1.9, 2.2) : between(random, 0.75, 1.1);
  const seat = between(random, 0.35, 0.5);
  const height = seat + between(random, 0.25, 0.5);
  const cloth = await kit.material('cloth');
  const other = await kit.material('cloth');
  const parts = [box([width, seat, depth], cloth)];
  parts.push(boxBetween([-width / 2, 0, -depth / 2], [width / 2, height, -depth / 2 + 0.15], isBed ? other : cloth));
  if (!isBed) {
    for (const side of [-1, 1]) {
      parts.push(transformMesh(box([0.14, seat + 0.18, depth], cloth), translation([side * (width / 2 - 0.07), 0, 0])));
    }
  }
  const cushions = wholeBetween(random, 1, 3);
  for (let i = 0; i < cushions; i++) {
    const x = -width / 2 + ((i + 0.5) * width) / cushions;
    const cushion = box([(width / cushions) * 0.7, 0.14, 0.4], other);
    parts.push(transformMesh(cushion, translation([x, seat, -depth / 2 + 0.38])));
  }
  return { mesh: mergeMeshes(parts), size: [width, height, depth], ...(isBed ? { topHeight: seat } : {}) };
}

export const pieces = { cabinet, chair, shelf, sofa, table } as const;
