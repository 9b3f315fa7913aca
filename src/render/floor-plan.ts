/** A rectangle on the floor. */
export interface Footprint {
  readonly minX: number;
  readonly maxX: number;
  readonly minZ: number;
  readonly maxZ: number;
}

export function footprintAt(x: number, z: number, [width, depth]: readonly [number, number]): Footprint {
  return { minX: x - width / 2, maxX: x + width / 2, minZ: z - depth / 2, maxZ: z + depth / 2 };
}

/** How much of the floor a rectangle takes once it is turned. */
export function turnedSize([width, depth]: readonly [number, number], angleRad: number): readonly [number, number] {
  const c = Math.abs(Math.cos(angleRad));
  const s = Math.abs(Math.sin(angleRad));
  return [c * width + s * depth, s * width + c * depth];
}

/** What stands where, so that nothing stands in something else. */
export class FloorPlan {
  readonly room: Footprint;
  private readonly taken: Footprint[] = [];

  constructor(room: Footprint) {
    this.room = room;
  }

  /** Takes the place if it is in the room and free. */
  take(place: Footprint, gap = 0.02): boolean {
    const { room } = this;
    const isInside =
      place.minX >= room.minX && place.maxX <= room.maxX && place.minZ >= room.minZ && place.maxZ <= room.maxZ;
    if (!isInside || this.taken.some((other) => isOverlap(place, other, gap))) return false;
    this.taken.push(place);
    return true;
  }

  /** Keeps a place free of what is put later. */
  reserve(place: Footprint): void {
    this.taken.push(place);
  }
}

function isOverlap(a: Footprint, b: Footprint, gap: number): boolean {
  return a.minX < b.maxX + gap && a.maxX > b.minX - gap && a.minZ < b.maxZ + gap && a.maxZ > b.minZ - gap;
}
