/**
 * Two photographs to a point cloud that turns in a browser, through the library's public door.
 *   npx tsx examples/01-two-views.ts output/two-views checkpoints/dust3r-mini
 * Without a checkpoint the network is the untrained `tiny` preset: every step runs, and the shapes mean nothing.
 * On the command line: npm run dust3r -- infer a.jpg b.jpg --checkpoint <folder> --output scene
 * About 3 s on 2 cores with the native engine, 8 s on wasm.
 */
import { fileURLToPath } from 'node:url';
import {
  chooseBackend,
  loadForInference,
  loadModel,
  randomModel,
  reconstructTwoViews,
  writeReconstruction,
} from '../src/index.ts';

const [folder = 'output/two-views', checkpoint] = process.argv.slice(2);
const randomNote = 'The weights are random: the shapes mean nothing.';

const engine = await chooseBackend('auto');
console.log(`engine: ${engine.name} ${engine.version} (${engine.device})`);
const model = checkpoint === undefined ? randomModel('tiny') : await loadModel(checkpoint);
const { imageSize, patchSize } = model.config;
const photograph = (name: string) =>
  loadForInference(fileURLToPath(new URL(`images/${name}`, import.meta.url)), {
    ...{ name, patchSize },
    size: Math.max(...imageSize),
  });
const scene = await reconstructTwoViews(model, [await photograph('office-1.jpg'), await photograph('office-2.jpg')], {
  onProgress: ({ step, done, total }) => console.log(`${step} ${done}/${total}`),
});
model.dispose();
const note = checkpoint === undefined ? { note: randomNote } : {};
const files = await writeReconstruction(folder, scene, { title: 'Two photographs of an office', ...note });

for (const { name, originalCamera } of scene.views)
  console.log(`${name}: focal length ${originalCamera.focalPx[0].toFixed(1)} px`);
if (!scene.poseFound) console.log('no relative pose was found: both cameras stand at the origin');
console.log(`${files.length} files in ${folder}; open ${folder}/index.html`);
if (checkpoint === undefined) console.log(randomNote);
