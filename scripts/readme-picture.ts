/**
 * Makes the README's picture: measured depth of ten HoloLens frames in our viewer.
 *   npm run readme-picture -- ../shared/data/hololens30 docs/viewer.png
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launchBrowser } from '#test/viewer/browser-page.ts';
import { readMeasuredScene } from '#test/viewer/measured-scene.ts';
import { takePicture } from '#test/viewer/take-picture.ts';
import { renderViewerPage } from '#viewer/write-page.ts';

const [folder = '../shared/data/hololens30', output = 'docs/viewer.png'] = process.argv.slice(2);
const temporary = await mkdtemp(join(tmpdir(), 'readme-picture-'));
const browser = await launchBrowser();
try {
  const page = join(temporary, 'index.html');
  await writeFile(page, await renderViewerPage(await readMeasuredScene(folder)));
  await writeFile(output, await takePicture(browser, pathToFileURL(page).href));
} finally {
  await browser.close();
  await rm(temporary, { recursive: true });
}
