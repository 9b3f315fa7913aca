import { type ReadOptions, readFileBytes } from './file-bytes.ts';
import { type PlyElement, type PlyProperty, readPlyHeader } from './ply-header.ts';
import { type PlyNumbers, plyNumbers } from './ply-numbers.ts';

/** Triangles between points. */
export interface PlyMesh {
  /** [V, 3] */
  readonly positions: Float32Array;
  /** [T, 3]: positions of the corners. */
  readonly triangles: Uint32Array;
}

/** As large as Node reads in one piece. */
const maxMeshBytes = 2 ** 31 - 1;

/** Reads a `.ply` mesh whole. @throws Error naming the file, as decodePlyMesh does */
export async function readPlyMesh(path: string, options: ReadOptions = {}): Promise<PlyMesh> {
  return decodePlyMesh(await readFileBytes(path, { maxBytes: maxMeshBytes, ...options }), path);
}

/**
 * The points and faces of a PLY file, text or binary; faces of more than three corners are split, other properties and
 * elements are passed over. Memory is taken only for what the file holds.
 * @throws Error, one line that names the file
 */
export function decodePlyMesh(bytes: Uint8Array, name = 'ply'): PlyMesh {
  const { elements, ...rest } = readPlyHeader(bytes, name);
  const numbers = plyNumbers(bytes, { elements, ...rest }, name);
  let positions: Float32Array | undefined;
  let triangles: Uint32Array | undefined;
  for (const element of elements) {
    if (element.name === 'vertex') positions = readPositions(element, numbers, name);
    else if (element.name === 'face') triangles = readFaces(element, numbers, name);
    else passOver(element, numbers);
    if (positions && triangles) return { positions, triangles: expectCorners(triangles, positions, name) };
  }
  const found = elements.map((each) => each.name).join(', ') || 'none';
  throw new Error(`${name}: expected a mesh with the elements vertex and face, found ${found}`);
}

function expectCorners(triangles: Uint32Array, { length }: Float32Array, name: string): Uint32Array {
  const outside = triangles.find((corner) => 3 * corner >= length);
  if (outside === undefined) return triangles;
  throw new Error(`${name}: a face names the point ${outside} of ${length / 3}`);
}

function passOver({ count, properties }: PlyElement, numbers: PlyNumbers): void {
  for (let row = 0; row < count; row++) for (const property of properties) skip(property, numbers);
}

function readPositions({ count, properties }: PlyElement, numbers: PlyNumbers, name: string): Float32Array {
  const axes = properties.map((property) => (property.length ? -1 : ['x', 'y', 'z'].indexOf(property.name)));
  if (new Set(axes.filter((axis) => axis >= 0)).size < 3) throw new Error(`${name}: expected points with x, y and z`);
  const positions = new Float32Array(3 * count);
  for (let row = 0; row < count; row++) {
    for (let at = 0; at < properties.length; at++) {
      const axis = axes[at] as number;
      const property = properties[at] as PlyProperty;
      if (axis < 0) skip(property, numbers);
      else positions[3 * row + axis] = numbers.next(property.type);
    }
  }
  const broken = positions.findIndex((value) => !Number.isFinite(value));
  if (broken < 0) return positions;
  throw new Error(`${name}: the point ${Math.floor(broken / 3)} is not finite`);
}

function readFaces({ count, properties }: PlyElement, numbers: PlyNumbers, name: string): Uint32Array {
  const isCorners = properties.map(
    (property) => property.length !== undefined && /^vertex_ind(ex|ices)$/.test(property.name),
  );
  if (!isCorners.includes(true)) throw new Error(`${name}: expected faces with a list vertex_indices`);
  const triangles = new Growing(3 * Math.min(count, 2 ** 20));
  for (let row = 0; row < count; row++) {
    for (let at = 0; at < properties.length; at++) {
      const property = properties[at] as PlyProperty;
      if (isCorners[at]) readFan(property, numbers, triangles);
      else skip(property, numbers);
    }
  }
  return triangles.values();
}

/** Triangles from the first corner to each two after it. */
function readFan(property: PlyProperty, numbers: PlyNumbers, triangles: Growing): void {
  const corners = numbers.listLength(property);
  let first = 0;
  let before = 0;
  for (let corner = 0; corner < corners; corner++) {
    const point = numbers.next(property.type);
    if (corner === 0) first = point;
    else if (corner > 1) triangles.push(first, before, point);
    before = point;
  }
}

function skip(property: PlyProperty, numbers: PlyNumbers): void {
  const count = property.length ? numbers.listLength(property) : 1;
  for (let i = 0; i < count; i++) numbers.next(property.type);
}

/** Rows of three numbers, of which the count is not known before. */
class Growing {
  private rows: Uint32Array;
  private used = 0;

  constructor(expected: number) {
    this.rows = new Uint32Array(expected);
  }

  push(a: number, b: number, c: number): void {
    if (this.used + 3 > this.rows.length) {
      const larger = new Uint32Array(2 * this.rows.length + 3);
      larger.set(this.rows);
      this.rows = larger;
    }
    this.rows[this.used++] = a;
    this.rows[this.used++] = b;
    this.rows[this.used++] = c;
  }

  values(): Uint32Array {
    return this.rows.subarray(0, this.used);
  }
}
