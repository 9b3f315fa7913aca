/** An RGB photograph, [H·W, 3], 0 to 255. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/**
 * Which pixels look like sky, [H·W], 1 where they do (spec 6.9 `segment_sky`): blue, or bright and colourless, in large
 * connected patches. The original looks for blue in an image whose red and blue it took for each other (pitfall 61).
 */
export function segmentSky({ width, height, pixels }: RgbImage): Uint8Array {
  if (pixels.length !== 3 * width * height) {
    throw new RangeError(`segmentSky: expected ${width}×${height} RGB pixels, got ${pixels.length} values`);
  }
  const candidates = Uint8Array.from({ length: width * height }, (_, i) =>
    Number(isSkyColor(pixels[3 * i] as number, pixels[3 * i + 1] as number, pixels[3 * i + 2] as number)),
  );
  const eroded = spread(candidates, [width, height], 0);
  return keepLargest(spread(eroded, [width, height], 1), width, height);
}

/** Brightness above which a colour of less saturation is taken for sky; OpenCV's scale of 0 to 255. */
const paleSky = [
  { saturation: 10, value: 150 },
  { saturation: 30, value: 180 },
  { saturation: 50, value: 220 },
] as const;

function isSkyColor(red: number, green: number, blue: number): boolean {
  const value = Math.max(red, green, blue);
  const range = value - Math.min(red, green, blue);
  const saturation = value === 0 ? 0 : Math.round((255 * range) / value);
  if (paleSky.some((pale) => saturation < pale.saturation && value > pale.value)) return true;
  // From cyan to blue, 180° to 240°: where blue is the largest and red the least of the three.
  return value >= 100 && range > 0 && blue === value && red <= green;
}

/** Half the side of the square of the opening. */
const REACH = 2;

/** The square around a pixel takes the pixel's value wherever that is `value`: 0 erodes, 1 dilates. */
function spread(mask: Uint8Array, [width, height]: readonly [number, number], value: 0 | 1): Uint8Array {
  const rows = spreadAlong(mask, value, (i) => [i - (i % width), i - (i % width) + width, 1]);
  return spreadAlong(rows, value, (i) => [i % width, (height - 1) * width + (i % width) + 1, width]);
}

/** Along the line of each pixel, which runs from `first` to before `end` in steps. */
function spreadAlong(
  mask: Uint8Array,
  value: 0 | 1,
  lineOf: (i: number) => readonly [first: number, end: number, step: number],
): Uint8Array {
  return mask.map((own, i) => {
    if (own === value) return own;
    const [first, end, step] = lineOf(i);
    for (let j = Math.max(first, i - REACH * step); j < Math.min(end, i + REACH * step + 1); j += step) {
      if (mask[j] === value) return value;
    }
    return own;
  });
}

/** The patches, connected over corners too, that have more than half the pixels of the largest. */
function keepLargest(mask: Uint8Array, width: number, height: number): Uint8Array {
  const { labels, sizes } = labelPatches(mask, width, height);
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
  return Uint8Array.from(labels, (label) => Number(label >= 0 && (sizes[label] as number) > largest / 2));
}

/** −1 outside patches. */
function labelPatches(mask: Uint8Array, width: number, height: number): { labels: Int32Array; sizes: number[] } {
  const labels = new Int32Array(mask.length).fill(-1);
  const sizes: number[] = [];
  const isNew = (pixel: number) => mask[pixel] === 1 && labels[pixel] === -1;
  for (let start = 0; start < mask.length; start++) {
    if (!isNew(start)) continue;
    const patch = [start];
    labels[start] = sizes.length;
    for (let at = 0; at < patch.length; at++) {
      const found = neighbours(patch[at] as number, width, height).filter(isNew);
      for (const pixel of found) labels[pixel] = sizes.length;
      patch.push(...found);
    }
    sizes.push(patch.length);
  }
  return { labels, sizes };
}

function neighbours(pixel: number, width: number, height: number): number[] {
  const [column, row] = [pixel % width, Math.floor(pixel / width)];
  const found: number[] = [];
  for (let y = Math.max(row - 1, 0); y <= Math.min(row + 1, height - 1); y++) {
    for (let x = Math.max(column - 1, 0); x <= Math.min(column + 1, width - 1); x++) found.push(y * width + x);
  }
  return found;
}
