import type { PixelMapping } from '#image/pixel-mapping.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A piece of the grid, in its cells. */
export interface GridPiece extends Size {
  readonly left: number;
  readonly top: number;
}

/**
 * A grid of `size` × `size` cells over the square around a photograph, whose side is the photograph's longer one. So a
 * cell is as wide as high, and portrait and landscape photographs share the cells in the middle.
 */
export function squareMapping({ width, height }: Size, size: number): PixelMapping {
  return pieceMapping({ width, height }, size, { left: 0, top: 0 });
}

/** The cells whose centres lie on the photograph; the same number is left out on both sides. */
export function photographPiece({ width, height }: Size, size: number): GridPiece & { readonly mapping: PixelMapping } {
  const cell = Math.max(width, height) / size;
  const margin = (side: number) => Math.min(Math.round((size - side / cell) / 2), Math.ceil(size / 2) - 1);
  const [left, top] = [margin(width), margin(height)];
  const mapping = pieceMapping({ width, height }, size, { left, top });
  return { left, top, width: size - 2 * left, height: size - 2 * top, mapping };
}

function pieceMapping({ width, height }: Size, size: number, from: Pick<GridPiece, 'left' | 'top'>): PixelMapping {
  const cell = Math.max(width, height) / size;
  const offset = (first: number, side: number) => (first + 0.5 - size / 2) * cell + (side - 1) / 2;
  return { scale: [cell, cell], offset: [offset(from.left, width), offset(from.top, height)] };
}
