import { type Material, type Mesh, mergeMeshes, shiftUv } from './mesh.ts';
import { boxBetween, quad } from './shapes.ts';

/** An opening, in metres from the wall's left end and from the floor. */
export interface Hole {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

export interface WallOptions {
  readonly length: number;
  readonly height: number;
  readonly holes: readonly Hole[];
  readonly material: Material;
  /** Depth of the openings, outwards. */
  readonly thickness: number;
}

/** A wall along x from 0 to its length, at z = 0, its inside towards +z; the sides of its holes go to −thickness. */
export function wall({ length, height, holes, material, thickness }: WallOptions): Mesh {
  const xs = cuts(
    length,
    holes.flatMap(({ left, right }) => [left, right]),
  );
  const ys = cuts(
    height,
    holes.flatMap(({ bottom, top }) => [bottom, top]),
  );
  const parts: Mesh[] = [];
  for (let i = 0; i + 1 < xs.length; i++) {
    for (let j = 0; j + 1 < ys.length; j++) {
      const [x0, x1, y0, y1] = [xs[i], xs[i + 1], ys[j], ys[j + 1]] as [number, number, number, number];
      if (holes.some((hole) => isInside(hole, (x0 + x1) / 2, (y0 + y1) / 2))) continue;
      const face = quad(
        [
          [x0, y0, 0],
          [x1, y0, 0],
          [x1, y1, 0],
          [x0, y1, 0],
        ],
        material,
      );
      parts.push(shiftUv(face, [x0, -y1]));
    }
  }
  return mergeMeshes([...parts, ...holes.map((hole) => reveal(hole, thickness, material))]);
}

function cuts(end: number, places: readonly number[]): number[] {
  return [...new Set([0, ...places, end])].sort((a, b) => a - b);
}

function isInside({ left, right, bottom, top }: Hole, x: number, y: number): boolean {
  return x > left && x < right && y > bottom && y < top;
}

function reveal({ left, right, bottom, top }: Hole, thickness: number, material: Material): Mesh {
  const z = -thickness;
  return mergeMeshes([
    quad(
      [
        [left, bottom, 0],
        [right, bottom, 0],
        [right, bottom, z],
        [left, bottom, z],
      ],
      material,
    ),
    quad(
      [
        [left, top, 0],
        [right, top, 0],
        [right, top, z],
        [left, top, z],
      ],
      material,
    ),
    quad(
      [
        [left, bottom, 0],
        [left, bottom, z],
        [left, top, z],
        [left, top, 0],
      ],
      material,
    ),
    quad(
      [
        [right, bottom, 0],
        [right, bottom, z],
        [right, top, z],
        [right, top, 0],
      ],
      material,
    ),
  ]);
}

/** A frame around a hole with bars across it. */
export function windowFrame(
  { left, right, bottom, top }: Hole,
  bars: readonly [number, number],
  material: Material,
): Mesh {
  const width = 0.05;
  const parts: Mesh[] = [];
  for (let i = 0; i <= bars[0]; i++) {
    const x = left + ((right - left - width) * i) / bars[0];
    parts.push(boxBetween([x, bottom, -0.1], [x + width, top, -0.05], material));
  }
  for (let j = 0; j <= bars[1]; j++) {
    const y = bottom + ((top - bottom - width) * j) / bars[1];
    parts.push(boxBetween([left, y, -0.1], [right, y + width, -0.05], material));
  }
  return mergeMeshes(parts);
}

/** A strip along the floor that leaves out the doors. */
export function skirting(length: number, holes: readonly Hole[], height: number, material: Material): Mesh[] {
  const doors = holes.filter(({ bottom }) => bottom < height);
  const xs = cuts(
    length,
    doors.flatMap(({ left, right }) => [left, right]),
  );
  return xs.slice(1).flatMap((x1, i) => {
    const x0 = xs[i] as number;
    const isDoor = doors.some(({ left, right }) => x0 >= left && x1 <= right);
    return isDoor ? [] : [boxBetween([x0, 0, 0], [x1, height, 0.015], material)];
  });
}
