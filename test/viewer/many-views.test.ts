import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { makeFolder } from '#files/folder.ts';
import { serveFolder } from '#viewer/serve-folder.ts';
import { renderViewerFiles } from '#viewer/write-page.ts';
import { describeInBrowser, launchBrowser } from './browser-page.ts';
import { settledFrameMs } from './frame-times.ts';
import { tenViews } from './many-views.ts';

/** Far above what is usual: the machine may be busy, and it draws in software. */
const mostMs = 200;

describeInBrowser(describe, 'viewer/write-page: ten views of 512 × 384, data beside the page', () => {
  let browser: Browser;
  let page: Page;
  let folder = '';
  let server: Awaited<ReturnType<typeof serveFolder>>;
  let bytes = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'viewer-many-'));
    for (const [path, content] of await renderViewerFiles(tenViews())) {
      await makeFolder(dirname(join(folder, path)));
      await writeFile(join(folder, path), content);
      bytes += content.length;
    }
    server = await serveFolder(folder, { port: 0 });
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 700, height: 400 }, reducedMotion: 'reduce' });
    await page.goto(server.url);
    await page.locator('html[data-ready=true]').waitFor({ timeout: 60_000 });
  });

  afterAll(async () => {
    await browser.close();
    await server.close();
    await rm(folder, { recursive: true });
  });

  it('takes less than 8 MB for two million points, and loads them through the server', async () => {
    expect(bytes).toBeLessThan(8e6);
    expect(await page.locator('#counts').textContent()).toMatch(/ of 1,966,080 points · 10 views$/);
    expect(await page.locator('#views-shown').textContent()).toBe('Views: 10 of 10');
  });

  it('stays fluid while points are turned, even where a processor draws', async () => {
    expect(await settledFrameMs(page, mostMs)).toBeLessThan(mostMs);
  });

  it('stays fluid while meshes are turned', async () => {
    await page.keyboard.press('g');
    await page.locator('#canvas[data-meshes=done]').waitFor({ timeout: 60_000 });
    expect(await settledFrameMs(page, mostMs)).toBeLessThan(mostMs);
  });

  it('says what to do when such a page is opened from disk', async () => {
    const local = await browser.newPage();
    await local.goto(`file://${join(folder, 'index.html')}`);
    await local.locator('#message:not([hidden])').waitFor({ timeout: 10_000 });
    expect(await local.locator('#message').textContent()).toContain('dust3r view <this folder>');
    await local.close();
  });
});
