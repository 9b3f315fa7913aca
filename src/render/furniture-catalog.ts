import type { Vector } from './vector.ts';

/** A model and what is known of it. Lengths in metres. */
export interface CatalogEntry {
  /** Unique; it decides whether the model belongs to training or validation. */
  readonly name: string;
  /** What it shows, in plain words. */
  readonly title: string;
  readonly category: string;
  /** The OBJ file among the archive's files. */
  readonly model: string;
  /** Width (x), height (y), depth (z), as it stands; its front looks towards +z. */
  readonly size: Vector;
  /** 3×3, row by row: turns the file's axes into the above. */
  readonly rotation: readonly number[];
  /** Where its underside is above the floor. */
  readonly elevation: number;
  /** Height of the surface on which things can be put. */
  readonly topHeight?: number;
  readonly isDoorOrWindow: boolean;
  readonly creator: string;
}

export interface Catalog {
  readonly licence: string;
  readonly entries: readonly CatalogEntry[];
}

const upright = [1, 0, 0, 0, 1, 0, 0, 0, 1] as const;

/** Reads `PluginFurnitureCatalog.properties` of a Sweet Home 3D library, whose lengths are centimetres. */
export function parseFurnitureCatalog(text: string): Catalog {
  const properties = parseProperties(text);
  const entries: CatalogEntry[] = [];
  for (let number = 1; properties.has(`id#${number}`); number++) {
    const entry = readEntry((key) => properties.get(`${key}#${number}`));
    if (entry) entries.push(entry);
  }
  return { licence: properties.get('license') ?? 'unknown', entries };
}

function readEntry(value: (key: string) => string | undefined): CatalogEntry | undefined {
  const metres = (key: string) => Number(value(key) ?? Number.NaN) / 100;
  const size: Vector = [metres('width'), metres('height'), metres('depth')];
  const model = value('model')?.replace(/^\//, '');
  if (!model || !size.every((side) => side > 0 && side < 100)) return undefined;
  return {
    name: value('id') ?? model,
    title: value('name') ?? model,
    category: value('category') ?? 'Miscellaneous',
    model,
    size,
    rotation: readRotation(value('modelRotation')),
    elevation: metres('elevation') || 0,
    ...readTop(value('dropOnTopElevation'), size[1]),
    isDoorOrWindow: value('doorOrWindow') === 'true',
    creator: value('creator') ?? 'unknown',
  };
}

function readRotation(text = ''): readonly number[] {
  const rotation = text.trim().split(/\s+/).map(Number);
  return rotation.length === 9 && rotation.every(Number.isFinite) ? rotation : upright;
}

/** Without a word on it, things can be put on a model's top; below zero, nowhere. */
function readTop(text: string | undefined, height: number): { topHeight?: number } {
  const topHeight = text === undefined ? height : Number(text) / 100;
  return topHeight >= 0 ? { topHeight } : {};
}

/** Java's properties: key=value, # comments, \uXXXX. */
function parseProperties(text: string): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const at = line.indexOf('=');
    if (line.startsWith('#') || at < 0) continue;
    const value = line.slice(at + 1).trim();
    properties.set(
      line.slice(0, at).trim(),
      value.replace(/\\u([0-9a-fA-F]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
    );
  }
  return properties;
}
