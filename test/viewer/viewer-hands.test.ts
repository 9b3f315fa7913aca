import { describe, expect, it } from '@jest/globals';
import { countPixels, describeInBrowser, isBlue, isGreen, isRed, untilStill } from './browser-page.ts';
import { useViewer } from './viewer-fixture.ts';

describeInBrowser(describe, 'viewer/write-page: the page under mouse, keys and fingers', () => {
  const viewer = useViewer();

  it('measures the distance between two picked points', async () => {
    await viewer.open();
    await viewer.withoutCameras();
    await viewer.slide('confidence', 255);
    const [red, blue] = [await countPixels(viewer.page, isRed), await countPixels(viewer.page, isBlue)];
    await viewer.page.keyboard.press('m');
    await viewer.page.mouse.click(red.x, red.y);
    await viewer.page.mouse.click(blue.x, blue.y);
    const label = viewer.page.locator('#distance:not([hidden])');
    await label.waitFor();
    const [length, unit] = ((await label.textContent()) ?? '').split(' ');
    expect(Math.abs(Number(length) - 1.5)).toBeLessThan(0.1);
    expect(unit).toBe('units');
    await viewer.page.keyboard.press('Escape');
    await label.waitFor({ state: 'detached' });
  });

  it('flies into a camera that is clicked, lays its photograph over the scene, and comes back', async () => {
    await viewer.open();
    const home = await countPixels(viewer.page, isGreen);
    const photograph = await countPixels(viewer.page, isGreen, (x) => x < home.x);
    await viewer.page.mouse.click(photograph.x, photograph.y);
    await viewer.page.locator('#standing:not([hidden])').waitFor();
    await untilStill(viewer.page);
    expect(await viewer.page.locator('#standing-name').textContent()).toBe('red.jpg');
    await viewer.page.locator('#photograph-opacity').fill('100');
    await untilStill(viewer.page);
    const whole = await countPixels(viewer.page, isGreen);
    expect(whole.count).toBeGreaterThan(20_000);
    expect(Math.hypot(whole.x - 200, whole.y - 150)).toBeLessThan(15);
    await viewer.page.locator('#photograph-opacity').fill('0');
    await untilStill(viewer.page);
    expect((await countPixels(viewer.page, isGreen)).count).toBe(0);
    await viewer.press('n');
    expect(await viewer.page.locator('#standing-name').textContent()).toBe('blue.jpg');
    await viewer.press('Escape');
    expect(await viewer.page.locator('#standing').isHidden()).toBe(true);
    await viewer.page.mouse.move(5, 290); // away from the camera, which would be lit
    await untilStill(viewer.page);
    const back = await countPixels(viewer.page, isGreen);
    expect(Math.hypot(back.x - home.x, back.y - home.y)).toBeLessThan(4);
  });

  it('flies to a camera from its card, and turns, moves and zooms with the mouse', async () => {
    await viewer.open();
    await viewer.page.getByLabel('Fly to the camera of blue.jpg').click();
    await untilStill(viewer.page);
    await viewer.page.locator('#photograph-opacity').fill('0');
    await viewer.slide('confidence', 255);
    const before = await countPixels(viewer.page, isBlue);
    expect(Math.hypot(before.x - 200, before.y - 150)).toBeLessThan(4);
    await viewer.page.mouse.move(200, 110);
    await viewer.page.mouse.wheel(0, 400);
    await viewer.press('c');
    const zoomedOut = await countPixels(viewer.page, isBlue);
    expect(zoomedOut.count).toBeLessThan(before.count);
    await viewer.page.mouse.down({ button: 'right' });
    await viewer.page.mouse.move(260, 110, { steps: 4 });
    await viewer.page.mouse.up({ button: 'right' });
    await untilStill(viewer.page);
    const moved = await countPixels(viewer.page, isBlue);
    expect(moved.x).toBeGreaterThan(zoomedOut.x + 30);
    await viewer.page.mouse.down();
    await viewer.page.mouse.move(260, 60, { steps: 4 });
    await viewer.page.mouse.up();
    await untilStill(viewer.page);
    expect((await countPixels(viewer.page, isBlue)).y).not.toBeCloseTo(moved.y, 0);
  });

  it('is turned, moved and zoomed with the keyboard as well', async () => {
    await viewer.open();
    await viewer.withoutCameras();
    await viewer.page.locator('#canvas').focus();
    const before = await countPixels(viewer.page, isBlue);
    for (let i = 0; i < 4; i++) await viewer.page.keyboard.press('+');
    await untilStill(viewer.page);
    const zoomed = await countPixels(viewer.page, isBlue);
    expect(zoomed.count).toBeGreaterThan(1.2 * before.count);
    await viewer.press('ArrowLeft');
    expect((await countPixels(viewer.page, isBlue)).x).toBeGreaterThan(zoomed.x + 5);
  });
});
