/** Formats whose pixel centres are at halves have principal points half a pixel further on. */
export const HALF_PIXEL = 0.5;
