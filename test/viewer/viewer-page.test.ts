import { describe, expect, it } from '@jest/globals';
import { decode } from 'fast-png';
import { countPixels, describeInBrowser, isBlue, isDrawn, isGreen, isRed, untilStill } from './browser-page.ts';
import { takePicture } from './take-picture.ts';
import { useViewer } from './viewer-fixture.ts';

describeInBrowser(describe, 'viewer/write-page: the page in a browser', () => {
  const viewer = useViewer();

  it('opens from disk without a complaint and asks for nothing else', async () => {
    await viewer.open();
    expect(viewer.complaints.filter((line) => !line.includes('GPU stall due to ReadPixels'))).toEqual([]);
    expect(viewer.requests.filter((request) => !request.startsWith('data:'))).toEqual([viewer.url]);
  });

  it('shows title, note, number of points, extent and the points of both views', async () => {
    await viewer.open();
    expect(await viewer.page.locator('h1').textContent()).toBe('Two squares <1.5 units apart>');
    expect(await viewer.page.locator('#note').textContent()).toBe('A note');
    expect(await viewer.page.locator('#counts').textContent()).toBe('1,156 points · 2 views');
    expect(await viewer.page.locator('#extent').textContent()).toMatch(
      /^Scene 2\.5 × 2\.\d × \S+ units, true scale unknown$/,
    );
    await viewer.withoutCameras();
    expect((await countPixels(viewer.page, isRed)).count).toBeGreaterThan(100);
    expect((await countPixels(viewer.page, isBlue)).count).toBeGreaterThan(100);
  });

  it('hides what is less sure than the confidence slider asks for, and draws it fainter in the histogram', async () => {
    await viewer.open();
    await viewer.withoutCameras();
    const all = await countPixels(viewer.page, isRed);
    const bars = async (id: string) => ((await viewer.page.locator(id).getAttribute('d')) ?? '').split('M').length - 1;
    expect([await bars('#bars-below'), await bars('#bars')]).toEqual([0, 64]);
    await viewer.slide('confidence', 128);
    const sure = await countPixels(viewer.page, isRed);
    expect(sure.count).toBeGreaterThan(0.3 * all.count);
    expect(sure.count).toBeLessThan(0.8 * all.count);
    expect(await viewer.page.locator('#counts').textContent()).toBe('578 of 1,156 points · 2 views');
    expect(await viewer.page.locator('#confidence').getAttribute('aria-valuetext')).toBe('≥ 4.49');
    expect([await bars('#bars-below'), await bars('#bars')]).toEqual([32, 32]);
  });

  it('marks the automatic threshold, and goes back to it', async () => {
    await viewer.open();
    expect(await viewer.page.locator('#automatic').getAttribute('x1')).toBe('0');
    await viewer.slide('confidence', 200);
    await viewer.inPanel(() => viewer.page.getByText('Automatic: 2.00').click());
    expect(await viewer.page.locator('#confidence').inputValue()).toBe('0');
  });

  it('hides a view with its box, shows one alone, all and none', async () => {
    await viewer.open();
    await viewer.withoutCameras();
    const seen = async () => {
      await untilStill(viewer.page);
      return [(await countPixels(viewer.page, isRed)).count > 0, (await countPixels(viewer.page, isBlue)).count > 0];
    };
    await viewer.page.getByLabel('Show what red.jpg saw').uncheck();
    expect(await seen()).toEqual([false, true]);
    expect(await viewer.page.locator('#counts').textContent()).toBe('578 of 1,156 points · 2 views');
    const only = viewer.page.getByLabel('Show only red.jpg');
    await only.click();
    expect(await seen()).toEqual([true, false]);
    await only.click();
    expect(await seen()).toEqual([true, true]);
    await viewer.inPanel(() => viewer.page.getByText('None', { exact: true }).click());
    expect(await seen()).toEqual([false, false]);
    await viewer.press('a');
    expect(await seen()).toEqual([true, true]);
  });

  it('draws smaller points with the point-size slider, and a closed surface as a mesh', async () => {
    await viewer.open();
    await viewer.withoutCameras();
    const { count } = await countPixels(viewer.page, isRed);
    await viewer.slide('point-size', -2);
    const small = await countPixels(viewer.page, isRed);
    expect(small.count).toBeLessThan(0.7 * count);
    await viewer.press('g');
    await viewer.page.locator('#canvas[data-meshes=done]').waitFor();
    await untilStill(viewer.page);
    const mesh = await countPixels(viewer.page, isRed);
    expect(mesh.count).toBeGreaterThan(1.2 * small.count);
    await viewer.slide('confidence', 128);
    expect((await countPixels(viewer.page, isRed)).count).toBeLessThan(0.8 * mesh.count);
    await viewer.press('g');
    expect(await viewer.page.locator('input[value=points]').isChecked()).toBe(true);
  });

  it('shows cameras and their path, or not', async () => {
    await viewer.open();
    expect((await countPixels(viewer.page, isGreen)).count).toBeGreaterThan(20);
    const cameras = await countPixels(viewer.page, isDrawn);
    await viewer.press('t');
    expect((await countPixels(viewer.page, isDrawn)).count).toBeGreaterThan(cameras.count + 20);
    await viewer.press('c');
    expect((await countPixels(viewer.page, isGreen)).count).toBe(0);
  });

  it('is pictured for the README with its mesh and its panel', async () => {
    const browser = viewer.page.context().browser();
    if (!browser) throw new Error('the page has no browser');
    const { width, height, data, channels } = decode(await takePicture(browser, viewer.url));
    expect([width, height]).toEqual([1280, 760]);
    let red = 0;
    for (let i = 0; i < data.length; i += channels) if (isRed(data[i] ?? 0, data[i + 1] ?? 0, data[i + 2] ?? 0)) red++;
    expect(red).toBeGreaterThan(5000);
  });

  it('says what is missing in a browser without WebGL', async () => {
    await viewer.page.addInitScript(() => {
      HTMLCanvasElement.prototype.getContext = () => null;
    });
    await viewer.page.goto(viewer.url);
    await viewer.page.locator('#message:not([hidden])').waitFor();
    expect(await viewer.page.locator('#message').textContent()).toContain('WebGL 2, which this browser does not offer');
  });
});
