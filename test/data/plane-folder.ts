import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { createNumpyRandom } from '#tensor/random.ts';

/** Writes the folder that the dataset of example-dataset.ts reads: noise for photographs, a plane at 2 m for depth. */
export async function writePlaneFolder(
  folder: string,
  frames: number,
  { width, height } = { width: 64, height: 48 },
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (let frame = 0; frame < frames; frame++) {
    const colors = createNumpyRandom(frame).bytes(width * height * 3);
    await sharp(colors, { raw: { width, height, channels: 3 } })
      .png()
      .toFile(join(folder, `${frame}.png`));
    const depth = new Uint16Array(width * height).fill(2000);
    await sharp(depth, { raw: { width, height, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toFile(join(folder, `${frame}.depth.png`));
  }
}

/** Damages the photograph of one frame. */
export function breakFrame(folder: string, frame: number): void {
  writeFileSync(join(folder, `${frame}.png`), 'no image');
}
