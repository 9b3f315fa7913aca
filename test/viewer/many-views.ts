import type { ViewerScene } from '#viewer/viewer-scene.ts';
import { type Point, viewOf } from './small-scene.ts';

/** Ten photographs of 512 × 384 pixels, side by side before a hilly wall with a chequered paint and some noise. */
export function tenViews(): ViewerScene {
  const noise = (x: number, y: number) => Math.sin(x * 12.9898 + y * 78.233) * 43_758.5453;
  const fraction = (value: number) => value - Math.floor(value);
  const views = Array.from({ length: 10 }, (_, v) => {
    const eye: Point = [0.4 * (v - 4.5), 0, 0];
    const depth = (x: number, y: number) =>
      4 + 0.5 * Math.sin(x / 40 + v) + (y > 200 && x % 200 > 150 ? -1.5 : 0) + 0.004 * fraction(noise(x + v, y));
    const color = (x: number, y: number) => {
      const tone = 60 + 120 * (((x >> 5) + (y >> 5)) & 1) + 20 * fraction(noise(y, x));
      return [tone, (tone * y) / 400, 160 - tone / 2];
    };
    const confidence = (x: number, y: number) => 1 + 9 * Math.exp(-(((x - 256) / 200) ** 2)) + fraction(noise(x, y));
    return viewOf({ name: `photograph-${v}.jpg`, size: 512, height: 384, eye, depth, color, confidence });
  });
  return { title: 'Ten views', views, minConfidence: 3 };
}
