import type { Browser } from 'playwright-core';
import { untilStill } from './browser-page.ts';

/** The README's picture of a page: its mesh, turned a little by hand, under the panel and above the strip. */
export async function takePicture(browser: Browser, url: string): Promise<Uint8Array> {
  const viewport = { width: 1280, height: 760 };
  const tab = await browser.newPage({ viewport, reducedMotion: 'reduce', colorScheme: 'dark' });
  try {
    await tab.goto(url);
    await tab.locator('html[data-ready=true]').waitFor({ timeout: 60_000 });
    await tab.getByText('Mesh', { exact: true }).click();
    await tab.locator('#canvas[data-meshes=done]').waitFor({ timeout: 60_000 });
    await tab.mouse.move(640, 20);
    await tab.mouse.down();
    await tab.mouse.move(642, 20, { steps: 2 });
    await tab.mouse.up();
    await untilStill(tab);
    return await tab.screenshot();
  } finally {
    await tab.close();
  }
}
