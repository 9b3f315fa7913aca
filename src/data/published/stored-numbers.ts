import { readText } from '#data/rgbd-layouts/number-rows.ts';
import { npyNumbers } from '#formats/npy-array.ts';
import { npzArray, readNpz } from '#formats/npz.ts';
import { parsePythonJson } from '#formats/python-json.ts';

/** The arrays of numbers that a file must hold, by name, and their shapes; no axis: a single number. */
type Shapes<Name extends string> = Readonly<Record<Name, readonly number[]>>;

/** Values in C order. */
type Numbers<Name extends string> = Readonly<Record<Name, ArrayLike<number>>>;

/** Of one frame: a camera takes a few hundred bytes. */
const maxArrayBytes = 2 ** 20;

/**
 * Small arrays of a `.npz` file, by name.
 * @throws Error, one line that names the file, and the array where one is missing or has another shape
 */
export async function readNpzNumbers<Name extends string>(path: string, shapes: Shapes<Name>): Promise<Numbers<Name>> {
  const arrays = await readNpz(path, { names: Object.keys(shapes), maxBytes: maxArrayBytes });
  return forEachName(
    shapes,
    (name, shape) => npyNumbers(npzArray(path, arrays, name), `${path}: ${name}`, shape).values,
  );
}

/** The same of a `.json` file with (nested) lists; what Python writes as NaN is NaN. @throws Error as readNpzNumbers */
export async function readJsonNumbers<Name extends string>(path: string, shapes: Shapes<Name>): Promise<Numbers<Name>> {
  const contents = Object(await readJson(path)) as Record<string, unknown>;
  return forEachName(shapes, (name, shape) => {
    const values = flatten(contents[name], shape);
    if (values) return values;
    const expected = shape.length === 0 ? 'a number' : `a list of ${shape.join(' × ')} numbers`;
    throw new Error(`${path}: expected ${name} to be ${expected}, found something else`);
  });
}

/** Nested lists of exactly this shape as their numbers in order. */
function flatten(value: unknown, [size, ...inner]: readonly number[]): number[] | undefined {
  if (size === undefined) return value === null ? [Number.NaN] : typeof value === 'number' ? [value] : undefined;
  if (!Array.isArray(value) || value.length !== size) return undefined;
  const parts = value.map((part) => flatten(part, inner));
  return parts.includes(undefined) ? undefined : (parts as number[][]).flat();
}

function forEachName<Name extends string>(
  shapes: Shapes<Name>,
  read: (name: Name, shape: readonly number[]) => ArrayLike<number>,
): Numbers<Name> {
  const names = Object.keys(shapes) as Name[];
  return Object.fromEntries(names.map((name) => [name, read(name, shapes[name])] as const)) as Numbers<Name>;
}

/**
 * A file of JSON as Python writes it: NaN and Infinity, which JSON has not, are read as null.
 * @throws Error, one line that names the file
 */
export async function readJson(path: string): Promise<unknown> {
  return parsePythonJson(await readText(path), path);
}
