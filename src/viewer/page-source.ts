import type { PageSource } from '#export/page-script.ts';

export const viewerPageSource: PageSource = {
  entry: new URL('./page/main.ts', import.meta.url),
  prebuilt: new URL('./page.js', import.meta.url),
  library: { name: 'three.js', homepage: 'https://threejs.org', package: 'three' },
};
