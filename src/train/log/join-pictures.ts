import type { RgbImage } from '#image/rgb-image.ts';

const gap = 4;
/** Neither black, which stands for unknown, nor bright on a dark page. */
const grey = 96;

/** Rows of pictures on one grey sheet, each centred in its cell; all cells are as large as the largest picture. */
export function joinPictures(rows: readonly (readonly RgbImage[])[]): RgbImage {
  const all = rows.flat();
  const cellWidth = Math.max(...all.map(({ width }) => width));
  const cellHeight = Math.max(...all.map(({ height }) => height));
  const columns = Math.max(...rows.map((row) => row.length));
  const width = columns * (cellWidth + gap) - gap;
  const height = rows.length * (cellHeight + gap) - gap;
  const sheet = { width, height, data: new Uint8Array(width * height * 3).fill(grey) };
  for (const [y, row] of rows.entries()) {
    for (const [x, picture] of row.entries()) {
      const left = x * (cellWidth + gap) + Math.floor((cellWidth - picture.width) / 2);
      const top = y * (cellHeight + gap) + Math.floor((cellHeight - picture.height) / 2);
      place(sheet, picture, left, top);
    }
  }
  return sheet;
}

function place(sheet: RgbImage, picture: RgbImage, left: number, top: number): void {
  for (let y = 0; y < picture.height; y++) {
    const row = picture.data.subarray(3 * y * picture.width, 3 * (y + 1) * picture.width);
    sheet.data.set(row, 3 * ((top + y) * sheet.width + left));
  }
}
