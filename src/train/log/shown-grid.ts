/** Which pixel of a stored grid [H, W] is shown at each place of a picture, row by row. */
export interface ShownGrid {
  readonly width: number;
  readonly height: number;
  readonly stored: Int32Array;
}

/**
 * A stored grid the way round that the photograph was (see data/view.ts), shrunk, by leaving out pixels, until neither
 * side is longer than `longestSide`.
 *
 * @param trueShape (height, width); portrait means that the stored grid is transposed
 */
export function shownGrid(
  stored: { readonly width: number; readonly height: number },
  trueShape: readonly [height: number, width: number],
  longestSide: number,
): ShownGrid {
  const isTransposed = trueShape[0] > trueShape[1];
  const [trueWidth, trueHeight] = isTransposed ? [stored.height, stored.width] : [stored.width, stored.height];
  const shrinkage = Math.max(1, Math.max(trueWidth, trueHeight) / longestSide);
  const [width, height] = [Math.round(trueWidth / shrinkage), Math.round(trueHeight / shrinkage)];
  const indices = Int32Array.from({ length: width * height }, (_, place) => {
    const x = Math.floor((((place % width) + 0.5) * trueWidth) / width);
    const y = Math.floor(((Math.floor(place / width) + 0.5) * trueHeight) / height);
    return isTransposed ? x * stored.width + y : y * stored.width + x;
  });
  return { width, height, stored: indices };
}
