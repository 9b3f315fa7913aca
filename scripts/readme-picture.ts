/**
 * Makes the README's picture: a scene of the demo in our viewer.
 *   npm run demo && npm run readme-picture
 *   npm run readme-picture -- output/demo/sofa docs/viewer.png            another scene
 *   npm run readme-picture -- ../shared/data/hololens30 docs/viewer.png   measured depth of ten HoloLens frames
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launchBrowser } from '#test/viewer/browser-page.ts';
import { readMeasuredScene } from '#test/viewer/measured-scene.ts';
import { takePicture } from '#test/viewer/take-picture.ts';
import { renderViewerPage } from '#viewer/write-page.ts';

const [folder = 'output/demo/kitchen', output = 'docs/viewer.png'] = process.argv.slice(2);
if (!existsSync(folder))
  throw new Error(`${folder}: there is no such scene; \`npm run demo\` makes those of output/demo`);
const temporary = await mkdtemp(join(tmpdir(), 'readme-picture-'));
const browser = await launchBrowser();
try {
  const page = await pageOf(folder);
  await writeFile(output, await takePicture(browser, pathToFileURL(page).href));
} finally {
  await browser.close();
  await rm(temporary, { recursive: true });
}

/** The scene's own page, or one of measured depth. */
async function pageOf(scene: string): Promise<string> {
  const own = resolve(scene, 'index.html');
  if (existsSync(own)) return own;
  const measured = join(temporary, 'index.html');
  await writeFile(measured, await renderViewerPage(await readMeasuredScene(scene)));
  return measured;
}
