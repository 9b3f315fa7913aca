import type { PageSource } from '#export/page-script.ts';

export const plotPageSource: PageSource = {
  entry: new URL('./page/main.ts', import.meta.url),
  prebuilt: new URL('./page.js', import.meta.url),
  library: { name: 'uPlot', homepage: 'https://github.com/leeoniya/uPlot', package: 'uplot' },
  styles: { uplotStyle: 'dist/uPlot.min.css' },
};
