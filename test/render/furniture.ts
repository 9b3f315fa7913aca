import { writeFile } from 'node:fs/promises';
import { strToU8, zipSync } from 'fflate';
import { encodeRgbPng } from '#export/png.ts';

const cube = `mtllib part.mtl
v 0 0 0
v 10 0 0
v 10 20 0
v 0 20 0
v 0 0 5
vt 0 0
vt 1 0
vt 1 1
vt 0 1
usemtl painted
f 1/1 2/2 3/3 4/4
usemtl glass
f 1 2 5
usemtl red
f -1 -5 -4
`;

const materials = `newmtl painted
Kd 0.8 0.8 0.8
map_Kd C:/somewhere else/paint.png
newmtl glass
Kd 1 1 1
d 0.1
newmtl red
Kd 1 0 0
Ks 0.5 0.5 0.5
`;

/** A library of `count` models of 0.5 × 1 × 0.25 m, as Sweet Home 3D packs them. */
export async function writeFurniture(path: string, count = 3, files: Record<string, Uint8Array> = {}): Promise<void> {
  const numbers = Array.from({ length: count }, (_, i) => i + 1);
  const catalog = ['license=Public domain', ...numbers.flatMap(entryLines)].join('\n');
  const paint = encodeRgbPng({ width: 2, height: 2, data: new Uint8Array(12).fill(200) });
  const models = numbers.flatMap((n) => [
    [`m${n}/part.obj`, strToU8(cube)],
    [`m${n}/part.mtl`, strToU8(materials)],
    [`m${n}/paint.png`, paint],
  ]);
  const entries = { 'PluginFurnitureCatalog.properties': strToU8(catalog), ...Object.fromEntries(models), ...files };
  await writeFile(path, zipSync(entries));
}

function entryLines(n: number): string[] {
  const properties = {
    id: `Test#model${n}`,
    name: `Model ${n} \\u00e9`,
    category: 'Living room',
    model: `/m${n}/part.obj`,
    width: 50,
    height: 100,
    depth: 25,
    dropOnTopElevation: n === 1 ? -1 : 80,
    doorOrWindow: false,
    creator: 'Somebody',
  };
  return Object.entries(properties).map(([key, value]) => `${key}#${n}=${value}`);
}
