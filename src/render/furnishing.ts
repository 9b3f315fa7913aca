import { between, chance, pick } from './draw.ts';
import { FloorPlan, footprintAt, turnedSize } from './floor-plan.ts';
import { type Piece, pieces } from './furniture-shapes.ts';
import { looseObject } from './loose-objects.ts';
import { type Bounds, boundsOf, type Mesh, transformMesh } from './mesh.ts';
import type { LibraryModel } from './model-library.ts';
import { inOrder, translation, turn } from './placement.ts';
import type { WallSide } from './room-shell.ts';
import type { SceneKit } from './scene-kit.ts';
import type { Vector } from './vector.ts';

/** A thing to put somewhere, from the library or made here. */
interface Item extends Piece {
  readonly elevation: number;
  readonly model?: LibraryModel;
}

/** Puts furniture into a room and keeps account of it. */
export class Furnishing {
  readonly parts: Mesh[] = [];
  readonly obstacles: Bounds[] = [];
  readonly models = new Set<LibraryModel>();
  private readonly kit: SceneKit;
  private readonly plan: FloorPlan;
  private readonly size: Vector;

  constructor(kit: SceneKit, size: Vector) {
    this.kit = kit;
    this.size = size;
    const [width, , depth] = size;
    this.plan = new FloorPlan(footprintAt(0, 0, [width - 0.04, depth - 0.04]));
  }

  /** A thing with its back to the wall, beside what stands there. */
  async alongWall(side: WallSide, filter: (model: LibraryModel) => boolean): Promise<void> {
    const item = await this.draw(filter);
    const [width, height, depth] = item.size;
    const isTooLarge = width > side.length || height + item.elevation > this.size[1];
    if (isTooLarge) return;
    const { random } = this.kit;
    for (let attempt = 0; attempt < 6; attempt++) {
      const x = between(random, width / 2, side.length - width / 2);
      const z = depth / 2 + between(random, 0.03, 0.1);
      const hidesHole = side.holes.some(
        ({ left, right, bottom }) => x + width / 2 > left && x - width / 2 < right && bottom < height + item.elevation,
      );
      if (hidesHole && (attempt < 5 || chance(random, 0.8))) continue;
      const toWorld = inOrder(translation([x, item.elevation, z]), side.toWorld);
      if (await this.place(item, toWorld, side.angleRad)) return;
    }
  }

  /** A thing somewhere in the room, turned as it likes. */
  async free(filter: (model: LibraryModel) => boolean): Promise<void> {
    const item = await this.draw(filter);
    const [width, height, depth] = this.size;
    if (item.size[1] + item.elevation > height) return;
    const { random } = this.kit;
    for (let attempt = 0; attempt < 6; attempt++) {
      const angle = chance(random, 0.5) ? pick(random, [0, 1, 2, 3]) * (Math.PI / 2) : between(random, 0, 2 * Math.PI);
      const x = between(random, -width / 2, width / 2);
      const z = between(random, -depth / 2, depth / 2);
      if (await this.place(item, inOrder(turn(angle), translation([x, item.elevation, z])), angle)) return;
    }
  }

  /** A primitive, or a few, on the floor. */
  async loose(): Promise<void> {
    const { random } = this.kit;
    const mesh = await looseObject(this.kit, between(random, 0.15, 0.9));
    const { min, max } = boundsOf(mesh);
    const item = { mesh, size: [max[0] - min[0], max[1] - min[1], max[2] - min[2]] as Vector, elevation: 0 };
    const [width, , depth] = this.size;
    const x = between(random, -width / 2, width / 2);
    const z = between(random, -depth / 2, depth / 2);
    await this.place(item, translation([x, 0, z]), 0);
  }

  private async draw(filter: (model: LibraryModel) => boolean): Promise<Item> {
    const { random, supplies } = this.kit;
    const candidates = chance(random, 0.8) ? supplies.library.models.filter(filter) : [];
    if (candidates.length > 0) {
      const model = pick(random, candidates);
      const mesh = await supplies.library.mesh(model);
      if (mesh) {
        const { min, max } = boundsOf(mesh);
        const size: Vector = [max[0] - min[0], max[1] - min[1], max[2] - min[2]];
        const { topHeight, elevation } = model;
        return { mesh, size, elevation, model, ...(topHeight === undefined ? {} : { topHeight }) };
      }
    }
    const make = pick(random, Object.values(pieces));
    return { ...(await make(this.kit)), elevation: 0 };
  }

  /** Takes the floor below if it is free; what hangs needs none. */
  private async place(item: Item, toWorld: Float64Array, angleRad: number): Promise<boolean> {
    const footprint = footprintAt(
      toWorld[3] as number,
      toWorld[11] as number,
      turnedSize([item.size[0], item.size[2]], angleRad),
    );
    if (!this.plan.take(footprint)) return false;
    const mesh = transformMesh(item.mesh, toWorld);
    this.parts.push(mesh);
    this.obstacles.push(boundsOf(mesh));
    if (item.model) this.models.add(item.model);
    if (item.topHeight !== undefined && item.elevation + item.topHeight < 1.4) await this.fillTop(item, toWorld);
    return true;
  }

  /** Small things on a table, a chest or a bed. */
  private async fillTop({ size, topHeight = 0 }: Item, toWorld: Float64Array): Promise<void> {
    const { random, supplies } = this.kit;
    const [width, , depth] = size;
    const plan = new FloorPlan(footprintAt(0, 0, [width * 0.95, depth * 0.9]));
    const count = random.integer(Math.ceil(4 + 3 * width * depth));
    const small = supplies.library.models.filter(isSmall);
    for (let i = 0; i < count; i++) {
      const model = small.length > 0 && chance(random, 0.5) ? pick(random, small) : undefined;
      const mesh =
        (model && (await supplies.library.mesh(model))) ?? (await looseObject(this.kit, between(random, 0.07, 0.35)));
      const { min, max } = boundsOf(mesh);
      const angle = between(random, -0.6, 0.6);
      const x = between(random, -width / 2, width / 2);
      const z = between(random, -depth / 2, depth / 2);
      const footprint = footprintAt(x, z, turnedSize([max[0] - min[0], max[2] - min[2]], angle));
      if (!plan.take(footprint, 0.01)) continue;
      this.parts.push(transformMesh(mesh, inOrder(turn(angle), translation([x, topHeight, z]), toWorld)));
      if (model) this.models.add(model);
    }
  }
}

/** Things for tables and shelves. */
export function isSmall({ size, isDoorOrWindow, category }: LibraryModel): boolean {
  return !isDoorOrWindow && category !== 'Vehicles' && size[0] > 0 && Math.max(...size) < 0.6;
}

/** Things that stand on the floor of a room or hang on its walls. */
export function isFurniture({ size, isDoorOrWindow, category, elevation }: LibraryModel): boolean {
  const fits = Math.max(size[0], size[2]) < 3.2 && Math.max(...size) >= 0.45;
  return fits && !isDoorOrWindow && elevation < 2 && !['Vehicles', 'Exterior', 'Staircases'].includes(category);
}
