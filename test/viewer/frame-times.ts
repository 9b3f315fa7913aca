import type { Page } from 'playwright-core';

/**
 * The mean time of a frame while the scene is turned, measured for a second at a time until it is below `enough` or ten
 * seconds have passed: at first everything is drawn, until the level of detail has settled.
 */
export async function settledFrameMs(page: Page, enough: number): Promise<number> {
  await page.mouse.move(200, 150);
  await page.mouse.down();
  let frameMs = Number.POSITIVE_INFINITY;
  for (let second = 0; second < 10 && frameMs >= enough; second++) {
    const frames = countFrames(page, 1000);
    await turn(page, 1000);
    frameMs = Math.min(frameMs, 1000 / (await frames));
  }
  await page.mouse.up();
  return frameMs;
}

function countFrames(page: Page, durationMs: number): Promise<number> {
  return page.evaluate(
    (duration) =>
      new Promise<number>((done) => {
        const startMs = performance.now();
        let count = 0;
        requestAnimationFrame(function tick() {
          const elapsedMs = performance.now() - startMs;
          count++;
          if (elapsedMs < duration) requestAnimationFrame(tick);
          else done((count * duration) / elapsedMs);
        });
      }),
    durationMs,
  );
}

async function turn(page: Page, durationMs: number): Promise<void> {
  const startMs = Date.now();
  for (let step = 0; Date.now() - startMs < durationMs; step++) {
    await page.mouse.move(200 + 80 * Math.sin(step / 9), 150 + 20 * Math.cos(step / 9));
  }
}
