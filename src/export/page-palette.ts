/**
 * Colours of a page of charts, as declarations of a style sheet: the lines' have three to one against the
 * background and are apart for the colour-blind.
 */
export const lightPalette = `color-scheme: light;
  --background: #f6f6f4; --surface: #ffffff; --line: #e3e3df; --text: #1d1e20; --quiet: #5c6066; --accent: #1f6fb2; --warning: #9a5b00;
  --run-0: #0072b2; --run-1: #d55e00; --run-2: #00805a; --run-3: #a8447f; --run-4: #6b5fc7; --run-5: #8a6d00; --run-6: #c0392b; --run-7: #44474d;`;

/** The same for a dark page. */
export const darkPalette = `color-scheme: dark;
  --background: #191a1c; --surface: #222326; --line: #36383c; --text: #e4e5e7; --quiet: #a0a4ab; --accent: #8fb8de; --warning: #e8c07a;
  --run-0: #56b4e9; --run-1: #e69f00; --run-2: #2fc795; --run-3: #e294c1; --run-4: #a9a1f2; --run-5: #f0e442; --run-6: #f2836b; --run-7: #c9ccd1;`;

export const paletteSize = 8;
