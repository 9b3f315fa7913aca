import { existsSync } from 'node:fs';
import { decode } from 'fast-png';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Debian's package; set CHROMIUM_PATH for another one. */
export const chromiumPath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
export const hasChromium = existsSync(chromiumPath);

/** A group of tests that need the browser; skipped, with a word why, where there is none. */
export function describeInBrowser(describe: Describe, title: string, tests: () => void): void {
  if (hasChromium) describe(title, tests);
  else describe.skip(`${title} (NOT RUN: there is no ${chromiumPath})`, tests);
}

interface Describe {
  (title: string, tests: () => void): void;
  skip(title: string, tests: () => void): void;
}

/** WebGL runs in software, so that the tests need no GPU. */
export function launchBrowser(): Promise<Browser> {
  const quiet = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update'];
  const software = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
  return chromium.launch({
    executablePath: chromiumPath,
    args: ['--headless', '--no-sandbox', '--disable-sync', ...quiet, ...software],
  });
}

export interface ColorCount {
  readonly count: number;
  /** Their mean position. */
  readonly x: number;
  readonly y: number;
}

export type ColorTest = (red: number, green: number, blue: number) => boolean;

export const isRed: ColorTest = (red, green, blue) => red > 150 && green < 90 && blue < 90;
export const isBlue: ColorTest = (red, green, blue) => blue > 150 && red < 90 && green < 90;
export const isGreen: ColorTest = (red, green, blue) => green > 150 && red < 90 && blue < 90;
/** Lighter or more colourful than the dark background. */
export const isDrawn: ColorTest = (...channels) => Math.max(...channels) > 60;

/** The pixels of the canvas that pass the test; panel, strip and legend are see-through (hideOverlays). */
export async function countPixels(page: Page, test: ColorTest, isWithin = (_x: number) => true): Promise<ColorCount> {
  const { data, width, channels } = decode(await page.locator('#canvas').screenshot());
  let [count, x, y] = [0, 0, 0];
  for (let pixel = 0; pixel < data.length / channels; pixel++) {
    const [red = 0, green = 0, blue = 0] = data.subarray(channels * pixel, channels * pixel + 3);
    if (!test(red, green, blue) || !isWithin(pixel % width)) continue;
    count++;
    x += pixel % width;
    y += Math.floor(pixel / width);
  }
  return { count, x: x / count, y: y / count };
}

/** Screenshots show the canvas alone, while all controls can still be used. */
export async function hideOverlays(page: Page): Promise<void> {
  await page.addStyleTag({ content: '#legend, #panel, #hint, nav, #measure, #distance { opacity: 0; }' });
}

/** Waits until nothing moves any more and all points are drawn. */
export async function untilStill(page: Page): Promise<void> {
  // What was just done asks for its frame within the next one.
  await page.evaluate(() => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next))));
  await page.locator('#canvas[aria-busy=false]').waitFor({ timeout: 15_000 });
}
