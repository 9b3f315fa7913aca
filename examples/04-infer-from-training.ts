/**
 * Reconstructs two photographs with what a run has learned: its checkpoints load like any other weights.
 *   npx tsx examples/04-infer-from-training.ts output/tiny/checkpoint-final output/scene
 * The same on the command line:
 *   npm run dust3r -- infer a.jpg b.jpg --checkpoint output/tiny/checkpoint-final --output output/scene
 */
import { fileURLToPath } from 'node:url';
import { chooseBackend, loadForInference, loadModel, reconstructTwoViews, writeReconstruction } from '../src/index.ts';

const [checkpoint = 'output/tiny/checkpoint-final', folder = 'output/scene'] = process.argv.slice(2);
const size = process.argv.includes('--micro') ? 48 : 224;
const photograph = (name: string) =>
  loadForInference(fileURLToPath(new URL(`images/${name}`, import.meta.url)), { size, name });

await chooseBackend('auto');
const model = await loadModel(checkpoint);
const scene = await reconstructTwoViews(model, [await photograph('office-1.jpg'), await photograph('office-2.jpg')], {
  minConfidence: 1,
});
model.dispose();
const files = await writeReconstruction(folder, scene, { title: `With the weights of ${checkpoint}` });
for (const { name, originalCamera } of scene.views)
  console.log(`${name}: focal length ${originalCamera.focalPx[0].toFixed(1)} px`);
console.log(`${files.length} files in ${folder}; open ${folder}/index.html`);
