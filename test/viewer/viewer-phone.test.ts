import { describe, expect, it } from '@jest/globals';
import { countPixels, describeInBrowser, isBlue, isRed, untilStill } from './browser-page.ts';
import { useViewer } from './viewer-fixture.ts';

const phone = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true, colorScheme: 'light' } as const;
const isLight = (...channels: number[]) => Math.min(...channels) > 200;

describeInBrowser(describe, 'viewer/write-page: the page on a phone, in light colours', () => {
  const viewer = useViewer({ ...phone, reducedMotion: 'reduce' });

  it('fits: the panel is folded and nothing is wider than the screen', async () => {
    await viewer.open();
    expect(await viewer.page.locator('#panel').getAttribute('open')).toBeNull();
    expect(await viewer.page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(await viewer.page.locator('#hint').textContent()).toBe('Drag to turn · two fingers to move and zoom');
    await viewer.page.locator('#panel > summary').tap();
    const box = await viewer.page.locator('#panel').boundingBox();
    expect(box && box.x >= 0 && box.x + box.width <= 360 && box.y + box.height <= 640).toBe(true);
  });

  it('has a light background, a dark one when asked, and any colour', async () => {
    await viewer.open();
    const background = (await countPixels(viewer.page, isLight)).count;
    expect(background).toBeGreaterThan(100_000);
    await viewer.inPanel(() => viewer.page.getByText('Dark', { exact: true }).tap());
    expect((await countPixels(viewer.page, isLight)).count).toBe(0);
    expect(await viewer.page.locator('#background').inputValue()).toBe('#191a1c');
    await viewer.inPanel(() => viewer.page.locator('#background').fill('#ffffff'));
    expect((await countPixels(viewer.page, isLight)).count).toBeGreaterThanOrEqual(background);
  });

  it('measures by tapping, with a finger’s reach', async () => {
    await viewer.open();
    await viewer.withoutCameras();
    await viewer.slide('confidence', 255);
    const [red, blue] = [await countPixels(viewer.page, isRed), await countPixels(viewer.page, isBlue)];
    await viewer.inPanel(() => viewer.page.locator('#measure-toggle').tap());
    await viewer.page.touchscreen.tap(red.x, red.y);
    await viewer.page.touchscreen.tap(blue.x, blue.y);
    const label = viewer.page.locator('#distance:not([hidden])');
    await label.waitFor({ timeout: 5_000 });
    expect(Math.abs(Number.parseFloat((await label.textContent()) ?? '') - 1.5)).toBeLessThan(0.15);
  });

  it('saves what the canvas shows as a picture named for the scene', async () => {
    await viewer.open();
    const download = viewer.page.waitForEvent('download', { timeout: 10_000 });
    await viewer.inPanel(() => viewer.page.locator('#save-picture').tap());
    const saved = await download;
    expect(saved.suggestedFilename()).toBe('Two-squares-1-5-units-apart.png');
    const bytes = await saved.createReadStream().then((stream) => stream.toArray());
    const png = Buffer.concat(bytes);
    expect([...png.subarray(1, 4)]).toEqual([...Buffer.from('PNG')]);
    expect(png.length).toBeGreaterThan(2000);
    await untilStill(viewer.page);
  });
});
