/** COLMAP's three files by its documentation, read without any code of the writers. */
export interface ReadModel {
  readonly cameras: readonly { id: number; model: number; width: number; height: number; params: number[] }[];
  readonly images: readonly ReadImage[];
  readonly points: readonly { id: number; xyz: number[]; rgb: number[]; error: number; track: number[][] }[];
}

interface ReadImage {
  readonly id: number;
  readonly q: number[];
  readonly t: number[];
  readonly cameraId: number;
  readonly name: string;
  /** x, y, id of the point */
  readonly points2D: number[][];
}

type Files = Readonly<Record<string, Uint8Array>>;

export function readBinaryModel(files: Files): ReadModel {
  const reader = (name: string) => {
    const file = Buffer.from(files[name] as Uint8Array);
    let at = 0;
    const take = <T>(size: number, read: (at: number) => T): T => {
      at += size;
      return read(at - size);
    };
    const u32 = () => take(4, (i) => file.readUInt32LE(i));
    const u64 = () => take(8, (i) => Number(file.readBigUInt64LE(i)));
    const f64 = () => take(8, (i) => file.readDoubleLE(i));
    const u8 = () => take(1, (i) => file.readUInt8(i));
    const text = () => {
      const end = file.indexOf(0, at);
      return take(end + 1 - at, (i) => file.toString('utf8', i, end));
    };
    const all = <T>(read: () => T): T[] => {
      const items = many(u64(), read);
      if (at !== file.length) throw new Error(`${name}: ${file.length - at} bytes are left`);
      return items;
    };
    return { u32, u64, f64, u8, text, all };
  };
  const many = <T>(count: number, read: () => T): T[] => Array.from({ length: count }, read);
  const c = reader('cameras.bin');
  const i = reader('images.bin');
  const p = reader('points3D.bin');
  return sorted({
    cameras: c.all(() => {
      const [id, model] = [c.u32(), c.u32()];
      const [width, height] = [c.u64(), c.u64()];
      return { id, model, width, height, params: many(model === 0 ? 3 : 4, c.f64) };
    }),
    images: i.all(() => ({
      id: i.u32(),
      q: many(4, i.f64),
      t: many(3, i.f64),
      cameraId: i.u32(),
      name: i.text(),
      points2D: many(i.u64(), () => [i.f64(), i.f64(), i.u64()]),
    })),
    points: p.all(() => ({
      id: p.u64(),
      xyz: many(3, p.f64),
      rgb: many(3, p.u8),
      error: p.f64(),
      track: many(p.u64(), () => [p.u32(), p.u32()]),
    })),
  });
}

export function readTextModel(files: Files): ReadModel {
  const lines = (name: string) => {
    const text = Buffer.from(files[name] as Uint8Array).toString();
    return text
      .split('\n')
      .slice(0, -1)
      .filter((line) => !line.startsWith('#'));
  };
  const numbers = (line: string) => (line.trim() ? line.trim().split(/\s+/).map(Number) : []);
  const groups = (values: number[], size: number) =>
    Array.from({ length: values.length / size }, (_, k) => values.slice(size * k, size * (k + 1)));
  const imageLines = lines('images.txt');
  return sorted({
    cameras: lines('cameras.txt').map((line) => {
      const [id, model, width, height, ...params] = line.split(' ') as [string, string, ...string[]];
      const code = ['SIMPLE_PINHOLE', 'PINHOLE'].indexOf(model);
      return { id: Number(id), model: code, width: Number(width), height: Number(height), params: params.map(Number) };
    }),
    images: imageLines
      .filter((_, k) => k % 2 === 0)
      .map((line, k) => {
        const fields = line.split(' ');
        const [id, ...pose] = fields.slice(0, 8).map(Number) as [number, ...number[]];
        const [cameraId, name] = [Number(fields[8]), fields.slice(9).join(' ')];
        const points2D = groups(numbers(imageLines[2 * k + 1] as string), 3);
        return { id, q: pose.slice(0, 4), t: pose.slice(4), cameraId, name, points2D };
      }),
    points: lines('points3D.txt').map((line) => {
      const [id, ...rest] = numbers(line) as [number, ...number[]];
      const [xyz, rgb, error] = [rest.slice(0, 3), rest.slice(3, 6), rest[6] as number];
      return { id, xyz, rgb, error, track: groups(rest.slice(7), 2) };
    }),
  });
}

function sorted({ cameras, images, points }: ReadModel): ReadModel {
  const byId = <T extends { id: number }>(items: readonly T[]) => [...items].sort((a, b) => a.id - b.id);
  return { cameras: byId(cameras), images: byId(images), points: byId(points) };
}

/** All of each file's chunks. */
export function joinFiles(files: readonly (readonly [string, Iterable<Uint8Array>])[]): Record<string, Uint8Array> {
  return Object.fromEntries(files.map(([name, chunks]) => [name, Buffer.concat([...chunks])]));
}
