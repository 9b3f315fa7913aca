import { mkdirSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, hasChromium, launchBrowser } from '#test/viewer/browser-page.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { renderPlot } from '#train/plot/render-plot.ts';
import { writeEmptyRun, writeRun } from './small-runs.ts';

const title = 'train/plot: the page in a browser';
const describeInBrowser = hasChromium ? describe : describe.skip;

describeInBrowser(hasChromium ? title : `${title} (NOT RUN: there is no ${chromiumPath})`, () => {
  const inFolder = useTemporaryFolder();
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  const requests: string[] = [];

  beforeAll(async () => {
    for (const name of ['short <run>', 'long', 'empty']) mkdirSync(inFolder(name));
    writeRun(inFolder('short <run>'), 2);
    writeRun(inFolder('long'), 3);
    writeEmptyRun(inFolder('empty'));
    writeFileSync(inFolder('both.html'), await renderPlot([inFolder('short <run>'), inFolder('long')]));
    writeFileSync(inFolder('empty.html'), await renderPlot([inFolder('empty')]));
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    complaints.length = 0;
    requests.length = 0;
    page = await browser.newPage({ viewport: { width: 1000, height: 1900 } });
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => requests.push(request.url().slice(0, 200)));
  });
  afterEach(() => page.close());

  async function open(file: string): Promise<string> {
    const url = pathToFileURL(inFolder(file)).href;
    await page.goto(url);
    await page.locator('html[data-ready=true]').waitFor({ timeout: 20_000 });
    return url;
  }

  const chart = (name: string) =>
    page.locator('article', { has: page.getByRole('heading', { name, exact: true }) }).first();
  const readout = async (name: string) => (await chart(name).locator('.readout li').allTextContents()).join(' ');

  it('opens from disk without a complaint and asks for nothing else', async () => {
    const url = await open('both.html');
    expect(complaints).toEqual([]);
    expect(requests.filter((request) => !request.startsWith('data:'))).toEqual([url]);
  });

  it('lists the runs and their charts', async () => {
    await open('both.html');
    expect(await page.locator('h1').textContent()).toBe('short <run>, long');
    expect(await page.locator('tbody tr').allInnerTexts()).toEqual([
      expect.stringMatching(/short <run>\s+step 8 of 12, epoch 1.75: running or killed\s+0.125\s+10 @ Rooms: 0.125/),
      expect.stringMatching(/long\s+step 12 of 12, epoch 2.75: finished\s+0.08333\s+10 @ Rooms: 0.08333/),
    ]);
    expect(await page.locator('h2:visible').allInnerTexts()).toEqual([
      'Training',
      'Optimiser',
      'Speed',
      'Test: 10 @ Rooms',
      'Sample predictions',
    ]);
    expect(await page.locator('article').count()).toBe(8);
  });

  it('reads values off below the pointer, in all charts at the same step', async () => {
    await open('both.html');
    await page.locator('#smoothing').fill('0');
    expect(await readout('Training loss')).toMatch(/step 11\s*short <run> 0.125\s*long 0.08333/);
    await chart('Training loss').locator('.plot').focus();
    for (let i = 0; i < 7; i++) await page.keyboard.press('ArrowLeft');
    expect(await readout('Training loss')).toMatch(/step 4\s*short <run> 0.2\s*long 0.2/);
    await chart('Training loss')
      .locator('.u-over')
      .hover({ position: { x: 2, y: 20 } });
    expect(await readout('Training loss')).toMatch(/step 0\s*short <run> 1\s*long 1/);
    expect(await readout('conf_loss_1')).toMatch(/step 0\s*short <run> 0\s*long 0/);
    const { width = 0 } = (await chart('Training loss').locator('.u-over').boundingBox()) ?? {};
    await chart('Training loss')
      .locator('.u-over')
      .hover({ position: { x: width - 2, y: 20 } });
    expect(await readout('Training loss')).toMatch(/step 11\s*short <run> –\s*long 0.08333/);
  });

  it('zooms all charts by dragging, and back', async () => {
    await open('both.html');
    const plot = chart('Training loss').locator('.u-over');
    const before = await chart('Learning rate').locator('canvas').screenshot();
    const { x = 0, y = 0, width = 0 } = (await plot.boundingBox()) ?? {};
    await page.mouse.move(x + 0.25 * width, y + 20);
    await page.mouse.down();
    await page.mouse.move(x + 0.5 * width, y + 20, { steps: 3 });
    await page.mouse.up();
    await page.mouse.move(0, 0);
    expect((await chart('Learning rate').locator('canvas').screenshot()).equals(before)).toBe(false);
    expect(await page.locator('#reset').isEnabled()).toBe(true);
    await plot.dblclick();
    await page.mouse.move(0, 0);
    expect((await chart('Learning rate').locator('canvas').screenshot()).equals(before)).toBe(true);
    expect(await page.locator('#reset').isDisabled()).toBe(true);
  });

  it('hides a run, changes axes and colours', async () => {
    await open('both.html');
    await page.getByRole('checkbox', { name: 'short <run>' }).uncheck();
    expect(await readout('Training loss')).not.toContain('short <run>');
    await page.locator('#axis').selectOption('epoch');
    expect(await readout('Training loss')).toContain('epoch 2.75');
    const canvas = chart('conf_loss_1').locator('canvas');
    const linear = await canvas.screenshot();
    await page.getByRole('button', { name: 'Logarithmic axis of conf_loss_1' }).click();
    expect((await canvas.screenshot()).equals(linear)).toBe(false);
    const theme = await page.locator('html').getAttribute('data-theme');
    await page.locator('#theme').click();
    expect(await page.locator('html').getAttribute('data-theme')).not.toBe(theme);
    expect(complaints).toEqual([]);
  });

  it('shows sample predictions by epoch, the last one first', async () => {
    await open('both.html');
    const figure = page.locator('figure').nth(1);
    const source = () => figure.locator('img').getAttribute('src');
    const last = await source();
    expect(await figure.locator('figcaption').textContent()).toBe('long · 10-Rooms after epoch 3');
    await figure.locator('input').fill('0');
    expect(await figure.locator('figcaption').textContent()).toBe('long · 10-Rooms after epoch 1');
    expect(await source()).toBe(last); // the small run predicts the same at each epoch
    expect(await figure.locator('img').evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(28);
  });

  it('says of a run without a step that there is nothing to draw yet', async () => {
    await open('empty.html');
    expect(await page.locator('main').textContent()).toContain('There is nothing to draw yet');
    expect(await page.locator('#samples').isVisible()).toBe(false);
    expect(complaints).toEqual([]);
  });
});
