import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { renderViewerPage } from '#viewer/write-page.ts';
import { hideOverlays, launchBrowser, untilStill } from './browser-page.ts';
import { twoSquares } from './two-squares.ts';

const small = { viewport: { width: 400, height: 300 }, reducedMotion: 'reduce', colorScheme: 'dark' } as const;

/** The page of the two squares, in a browser of these tests and on a new tab for each of them. */
export function useViewer(options: BrowserContextOptions = small): OpenViewer {
  let browser: Browser;
  let folder = '';
  const viewer = new OpenViewer();
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'viewer-page-'));
    await writeFile(join(folder, 'index.html'), await renderViewerPage(twoSquares()));
    viewer.url = pathToFileURL(join(folder, 'index.html')).href;
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(async () => viewer.use(await browser.newPage(options)));
  afterEach(() => viewer.page.close());
  return viewer;
}

class OpenViewer {
  url = '';
  complaints: string[] = [];
  requests: string[] = [];
  private tab: Page | undefined;

  get page(): Page {
    if (!this.tab) throw new Error('the viewer is open within a test only');
    return this.tab;
  }

  use(page: Page): void {
    this.tab = page;
    this.complaints = [];
    this.requests = [];
    page.on('console', (message) => this.complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('request', (request) => this.requests.push(request.url().slice(0, 200)));
  }

  async open(): Promise<void> {
    await this.page.goto(this.url);
    await this.page.locator('html[data-ready=true]').waitFor({ timeout: 30_000 });
    await hideOverlays(this.page);
    await untilStill(this.page);
  }

  /** Uses the panel, which is closed in a window as narrow as this one and would cover the points. */
  async inPanel(act: () => Promise<void>): Promise<void> {
    await this.page.locator('#panel > summary').click();
    await act();
    await this.page.locator('#panel > summary').click();
    await untilStill(this.page);
  }

  slide(id: string, value: number): Promise<void> {
    return this.inPanel(() => this.page.locator(`#${id}`).fill(String(value)));
  }

  withoutCameras(): Promise<void> {
    return this.inPanel(() => this.page.locator('#cameras').uncheck());
  }

  async press(key: string): Promise<void> {
    await this.page.keyboard.press(key);
    await untilStill(this.page);
  }
}
