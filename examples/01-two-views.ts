/**
 * Two photographs to a point cloud that turns in a browser, through the library's public door.
 *   npm run demo
 * No trained weights are shipped yet, so the network is the untrained `tiny` preset: every step of the pipeline runs,
 * and the shapes mean nothing. With weights: npm run dust3r -- infer a.jpg b.jpg --checkpoint <folder> --output scene
 * About 3 s on 2 cores with the native engine, 8 s on wasm.
 */
import { fileURLToPath } from 'node:url';
import {
  chooseBackend,
  loadForInference,
  randomModel,
  reconstructTwoViews,
  writeReconstruction,
} from '../src/index.ts';

const folder = process.argv[2] ?? 'output/demo';
const note = 'The weights are random: the shapes mean nothing.';
const photograph = (name: string) =>
  loadForInference(fileURLToPath(new URL(`images/${name}`, import.meta.url)), { size: 224, name });

const engine = await chooseBackend('auto');
console.log(`engine: ${engine.name} ${engine.version} (${engine.device})`);
const model = randomModel('tiny');
const scene = await reconstructTwoViews(model, [await photograph('office-1.jpg'), await photograph('office-2.jpg')], {
  onProgress: ({ step, done, total }) => console.log(`${step} ${done}/${total}`),
});
model.dispose();
const files = await writeReconstruction(folder, scene, { title: 'Two photographs of an office', note });

for (const { name, originalCamera } of scene.views)
  console.log(`${name}: focal length ${originalCamera.focalPx[0].toFixed(1)} px`);
if (!scene.poseFound) console.log('no relative pose was found: both cameras stand at the origin');
console.log(`${files.length} files in ${folder}; open ${folder}/index.html`);
console.log(note);
