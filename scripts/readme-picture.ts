/**
 * Makes the README's picture: measured depth of four HoloLens frames in our viewer.
 *   npm run readme-picture -- ../shared/data/hololens30 docs/viewer.png
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { type Camera, depthToPoints } from '#geometry/camera.ts';
import { decodeImage } from '#image/decode.ts';
import { encodeJpeg } from '#image/jpeg.ts';
import { launchBrowser } from '#test/viewer/browser-page.ts';
import type { ViewerView } from '#viewer/viewer-scene.ts';
import { renderViewerPage } from '#viewer/write-page.ts';

const [folder = '../shared/data/hololens30', output = 'docs/viewer.png'] = process.argv.slice(2);
const frames = [0, 3, 6, 9];
const MILLIMETRE = 0.001;

const numbersOf = async (file: string) => (await readFile(join(folder, file), 'utf8')).trim().split(/\s+/).map(Number);
const [intrinsics, poses] = [await numbersOf('K.txt'), await numbersOf('poses.txt')];
const page = await renderViewerPage({ title: 'Office, 4 views', views: await Promise.all(frames.map(readView)) });
await takePicture(page);

async function readView(frame: number): Promise<ViewerView> {
  const name = String(frame).padStart(2, '0');
  const image = await decodeImage(join(folder, 'images', `${name}.png`));
  const depth16 = await sharp(join(folder, 'depth', `${name}.png`))
    .toColourspace('grey16')
    .raw({ depth: 'ushort' })
    .toBuffer();
  const stored = new Uint16Array(depth16.buffer, depth16.byteOffset, depth16.length / 2);
  const depth = Float32Array.from(stored, (value) => (value === 0 ? Number.NaN : value * MILLIMETRE));
  const { width, height } = image;
  const [fx, , cx, , fy, cy] = intrinsics as [number, number, number, number, number, number];
  const camToWorld = Float64Array.from(poses.slice(16 * frame, 16 * frame + 16));
  const camera: Camera = { width, height, focalPx: [fx, fy], principalPx: [cx, cy], camToWorld };
  return {
    name,
    width,
    height,
    positions: depthToPoints(camera, depth),
    colors: image.data,
    confidence: new Float32Array(width * height).fill(2),
    camera,
    thumbnail: { mime: 'image/jpeg', bytes: await encodeJpeg(image) },
  };
}

async function takePicture(html: string): Promise<void> {
  const temporary = await mkdtemp(join(tmpdir(), 'readme-picture-'));
  const browser = await launchBrowser();
  try {
    await writeFile(join(temporary, 'index.html'), html);
    const tab = await browser.newPage({ viewport: { width: 1280, height: 720 }, reducedMotion: 'reduce' });
    await tab.goto(pathToFileURL(join(temporary, 'index.html')).href);
    await tab.locator('html[data-ready=true]').waitFor({ timeout: 60_000 });
    await tab.mouse.move(640, 360);
    await tab.mouse.down();
    await tab.mouse.move(740, 400, { steps: 4 });
    await tab.mouse.up();
    await tab.locator('#canvas[aria-busy=false]').waitFor({ timeout: 60_000 });
    await tab.screenshot({ path: output });
  } finally {
    await browser.close();
    await rm(temporary, { recursive: true });
  }
}
