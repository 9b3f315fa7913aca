import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { writeEvalPage } from '#eval/page/eval-page.ts';
import { describeInBrowser, launchBrowser } from '#test/viewer/browser-page.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { smallEvaluation } from './small-report.ts';

describeInBrowser(describe, 'eval/page: the page in a browser', () => {
  const inFolder = useTemporaryFolder();
  const complaints: string[] = [];
  const requests: string[] = [];
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    const { report, samples } = await smallEvaluation();
    const path = await writeEvalPage(inFolder('page'), report, samples);
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(path).href);
  });
  afterAll(() => browser.close());

  it('opens from disk without a complaint and asks for nothing else', () => {
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith('data:')).length).toBe(1);
  });

  it('shows every picture, and fits its width', async () => {
    const widths = await page
      .locator('img')
      .evaluateAll((images) => images.map((image) => (image as HTMLImageElement).naturalWidth));
    expect(widths).toEqual(new Array(60).fill(64));
    const [inner, outer] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(inner).toBe(outer);
  });

  it('tells of charts and pictures in words, and opens a chart’s values by the keyboard', async () => {
    const chart = page.getByRole('img', { name: /^Rotation error\. .*right: from 100 % at 1° to 100 % at 30°/ });
    expect(await chart.count()).toBe(1);
    expect(await page.getByRole('img', { name: 'confidence of view-0' }).count()).toBeGreaterThan(0);
    expect(await page.locator('img:not([alt]), svg:not([aria-hidden]):not([aria-label])').count()).toBe(0);
    await page.locator('summary').first().focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('details[open] caption').textContent()).toBe('Rotation error: share of pairs');
  });

  it('follows the system from light to dark', async () => {
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await background();
    await page.emulateMedia({ colorScheme: 'dark' });
    expect([light, await background()]).toEqual(['rgb(246, 246, 244)', 'rgb(25, 26, 28)']);
  });
});
