import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { encode } from 'fast-png';
import type { Browser, Page } from 'playwright-core';
import type { ViewerScene } from '#viewer/viewer-scene.ts';
import { renderViewerPage } from '#viewer/write-page.ts';
import {
  chromiumPath,
  countPixels,
  hasChromium,
  hideOverlays,
  isBlue,
  isDrawn,
  isGreen,
  isRed,
  launchBrowser,
  untilStill,
} from './browser-page.ts';
import { type Point, viewOf } from './small-scene.ts';

const green = encode({
  width: 2,
  height: 2,
  data: new Uint8Array(12).map((_, i) => (i % 3 === 1 ? 255 : 0)),
  channels: 3,
});

/** Two blobs one unit apart with a confidence of 10; above each a row of points with a confidence of 2. */
function twoBlobs(): ViewerScene {
  const blob = (name: string, x: number, color: readonly number[]) =>
    viewOf({
      name,
      size: 16,
      eye: [x, 0, 0],
      color,
      point: (p): Point => (p % 2 === 0 ? [x, 0, 4] : [x + (p / 256 - 0.5) * 0.6, -0.5 - 0.3 * (p / 256), 4]),
      confidence: (p) => (p % 2 === 0 ? 10 : 2),
    });
  return {
    title: 'Two blobs <one unit apart>',
    note: 'A note',
    views: [
      { ...blob('red.jpg', -0.5, [230, 20, 20]), thumbnail: { mime: 'image/png', bytes: green } },
      blob('blue.jpg', 0.5, [20, 20, 230]),
    ],
  };
}

const title = 'viewer/write-page: the page in a browser';
const describeInBrowser = hasChromium ? describe : describe.skip;

describeInBrowser(hasChromium ? title : `${title} (NOT RUN: there is no ${chromiumPath})`, () => {
  let browser: Browser;
  let page: Page;
  let folder = '';
  let url = '';
  const complaints: string[] = [];
  const requests: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'viewer-page-'));
    await writeFile(join(folder, 'index.html'), await renderViewerPage(twoBlobs()));
    url = pathToFileURL(join(folder, 'index.html')).href;
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true });
  });

  beforeEach(async () => {
    complaints.length = 0;
    requests.length = 0;
    page = await browser.newPage({ viewport: { width: 400, height: 300 }, reducedMotion: 'reduce' });
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => requests.push(request.url().slice(0, 200)));
  });

  afterEach(() => page.close());

  async function open(): Promise<void> {
    await page.goto(url);
    await page.locator('html[data-ready=true]').waitFor({ timeout: 30_000 });
    await hideOverlays(page);
    await untilStill(page);
  }

  /** Moves a slider of the panel, which is closed in a window as narrow as this one and would cover the points. */
  async function slide(id: string, value: number): Promise<void> {
    await page.locator('#panel > summary').click();
    await page.locator(`#${id}`).fill(String(value));
    await page.locator('#panel > summary').click();
    await untilStill(page);
  }

  it('opens from disk without a complaint and asks for nothing else', async () => {
    await open();
    expect(complaints.filter((line) => !line.includes('GPU stall due to ReadPixels'))).toEqual([]);
    expect(requests.filter((request) => !request.startsWith('data:'))).toEqual([url]);
  });

  it('shows title, note, number of points and the points of both views', async () => {
    await open();
    expect(await page.locator('h1').textContent()).toBe('Two blobs <one unit apart>');
    expect(await page.locator('#note').textContent()).toBe('A note');
    expect(await page.locator('#counts').textContent()).toBe('512 points · 2 views');
    expect((await countPixels(page, isRed)).count).toBeGreaterThan(100);
    expect((await countPixels(page, isBlue)).count).toBeGreaterThan(100);
  });

  it('hides what is less sure than the confidence slider asks for', async () => {
    await open();
    const all = await countPixels(page, isRed);
    await slide('confidence', 128);
    const sure = await countPixels(page, isRed);
    expect(sure.count).toBeGreaterThan(0);
    expect(sure.count).toBeLessThan(0.8 * all.count);
    expect(await page.locator('#counts').textContent()).toBe('256 of 512 points · 2 views');
    expect(await page.locator('#confidence').getAttribute('aria-valuetext')).toBe('≥ 4.49');
  });

  it('hides a view with its check box, and only that', async () => {
    await open();
    const blue = await countPixels(page, isBlue);
    await page.getByLabel('Show the points of red.jpg').uncheck();
    await untilStill(page);
    expect((await countPixels(page, isRed)).count).toBe(0);
    expect((await countPixels(page, isBlue)).count).toBeGreaterThanOrEqual(blue.count);
  });

  it('draws smaller points with the point-size slider, and no cameras without their check box', async () => {
    await open();
    const { count } = await countPixels(page, isRed);
    await slide('point-size', -2);
    expect((await countPixels(page, isRed)).count).toBeLessThan(0.6 * count);
    expect((await countPixels(page, isGreen)).count).toBeGreaterThan(20);
    await page.locator('#panel > summary').click();
    await page.locator('#cameras').uncheck();
    await untilStill(page);
    expect((await countPixels(page, isGreen)).count).toBe(0);
  });

  it('measures the distance between two picked points', async () => {
    await open();
    await slide('confidence', 255);
    const [red, blue] = [await countPixels(page, isRed), await countPixels(page, isBlue)];
    await page.keyboard.press('m');
    await page.mouse.click(red.x, red.y);
    await page.mouse.click(blue.x, blue.y);
    const label = page.locator('#distance:not([hidden])');
    await label.waitFor();
    const [length, unit] = ((await label.textContent()) ?? '').split(' ');
    expect(Number(length)).toBeCloseTo(1, 2.5);
    expect(unit).toBe('units');
    await page.keyboard.press('Escape');
    await label.waitFor({ state: 'detached' });
  });

  it('flies into a camera that is clicked, sees its point in the middle, and comes back with R', async () => {
    await open();
    const home = await countPixels(page, isRed);
    const photograph = await countPixels(page, isGreen);
    await page.mouse.click(photograph.x, photograph.y);
    await untilStill(page);
    await slide('confidence', 255);
    const [red, ownPhotograph] = [await countPixels(page, isRed), await countPixels(page, isGreen)];
    expect(Math.hypot(red.x - 200, red.y - 150)).toBeLessThan(4);
    expect(ownPhotograph.count).toBe(0);
    await slide('confidence', 0);
    await page.keyboard.press('r');
    await untilStill(page);
    const back = await countPixels(page, isRed);
    expect(Math.hypot(back.x - home.x, back.y - home.y)).toBeLessThan(4);
  });

  it('flies to a camera from its card, and turns, moves and zooms with the mouse', async () => {
    await open();
    await page.getByLabel('Fly to the camera of blue.jpg').click();
    await untilStill(page);
    const before = await countPixels(page, isBlue);
    await page.mouse.move(200, 150);
    await page.mouse.wheel(0, 400);
    await untilStill(page);
    const zoomedOut = await countPixels(page, isBlue);
    expect(zoomedOut.count).toBeLessThan(before.count);
    await page.mouse.down({ button: 'right' });
    await page.mouse.move(260, 150, { steps: 4 });
    await page.mouse.up({ button: 'right' });
    await untilStill(page);
    const moved = await countPixels(page, isBlue);
    expect(moved.x).toBeGreaterThan(zoomedOut.x + 30);
    await page.mouse.down();
    await page.mouse.move(260, 210, { steps: 4 });
    await page.mouse.up();
    await untilStill(page);
    expect((await countPixels(page, isDrawn)).count).toBeGreaterThan(0);
    expect((await countPixels(page, isBlue)).y).not.toBeCloseTo(moved.y, 0);
  });

  it('is turned, moved and zoomed with the keyboard as well', async () => {
    await open();
    await page.locator('#canvas').focus();
    const before = await countPixels(page, isBlue);
    for (let i = 0; i < 4; i++) await page.keyboard.press('+');
    await untilStill(page);
    const zoomed = await countPixels(page, isBlue);
    expect(zoomed.count).toBeGreaterThan(1.3 * before.count);
    await page.keyboard.press('ArrowLeft');
    await untilStill(page);
    expect((await countPixels(page, isBlue)).x).toBeGreaterThan(zoomed.x + 10);
  });

  it('says what is missing in a browser without WebGL', async () => {
    await page.addInitScript(() => {
      HTMLCanvasElement.prototype.getContext = () => null;
    });
    await page.goto(url);
    await page.locator('#message:not([hidden])').waitFor();
    expect(await page.locator('#message').textContent()).toContain('WebGL 2, which this browser does not offer');
  });
});
