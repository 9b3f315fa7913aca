import type { NpyValues } from './npy-array.ts';

/**
 * Values in Fortran order (the first axis changes fastest) in C order.
 * @param inner how many values each element has, which lie together in C order
 */
export function cOrder(values: NpyValues, shape: readonly number[], inner: number): NpyValues {
  if (shape.length < 2 || values.length === 0) return values;
  const places = fortranPlaces(shape);
  if (Array.isArray(values)) return permute(values, new Array<string>(values.length), { places, inner });
  return permute(values as Float32Array, values.slice() as Float32Array, { places, inner });
}

function permute<Values extends { readonly length: number; [at: number]: number | string }>(
  values: Readonly<Values>,
  ordered: Values,
  { places, inner }: { places: Float64Array; inner: number },
): Values {
  const target: { [at: number]: number | string } = ordered;
  for (let p = 0; p < places.length; p++) {
    const from = (places[p] as number) * inner;
    for (let i = 0; i < inner; i++) target[p * inner + i] = values[from + i] as number | string;
  }
  return ordered;
}

/** For each element in C order, its place in Fortran order. */
function fortranPlaces(shape: readonly number[]): Float64Array {
  let places = new Float64Array(1);
  let step = 1;
  for (const size of shape) {
    const next = new Float64Array(places.length * size);
    for (let p = 0; p < places.length; p++) {
      for (let i = 0; i < size; i++) next[p * size + i] = (places[p] as number) + i * step;
    }
    places = next;
    step *= size;
  }
  return places;
}
