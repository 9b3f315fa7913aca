/**
 * A folder of photographs to cameras and a dense scene, through the library's public door.
 *   npx tsx examples/05-many-photographs.ts photos output/many <checkpoint>
 * Every image is encoded once, both orders of every pair are decoded together, and an alignment of all pairs makes one
 * world of them. Without a checkpoint the network is the untrained `tiny` preset, and the shapes mean nothing.
 * The same on the command line: npm run dust3r -- reconstruct photos --checkpoint <folder> --output output/many
 */
import {
  chooseBackend,
  listPhotographs,
  loadModel,
  randomModel,
  reconstruct,
  writeReconstruction,
} from '../src/index.ts';

const isMicro = process.argv.includes('--micro');
const places = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const [photos = 'examples/images', folder = 'output/many', checkpoint] = places;

await chooseBackend('auto');
const model = checkpoint === undefined ? randomModel('tiny') : await loadModel(checkpoint);
const scene = await reconstruct(await listPhotographs([photos]), {
  model,
  size: isMicro ? 32 : 224,
  sceneGraph: 'swin-3',
  alignment: { iterations: isMicro ? 10 : 300 },
  onPlan: ({ images, pairs, memoryBytes }) =>
    console.log(`${images} photographs, ${pairs.length} pairs, ${(memoryBytes / 1e6).toFixed(0)} MB`),
  onProgress: ({ stage, done, total }) => {
    if (done === total) console.log(`${stage} ${done}/${total}`);
  },
});
model.dispose();
// Also scene.json, which `dust3r reconstruct --resume` and `export` go on from.
const files = await writeReconstruction(folder, scene, { title: `${scene.views.length} photographs` });

for (const { name, originalCamera } of scene.views)
  console.log(`${name}: focal length ${originalCamera.focalPx[0].toFixed(1)} px`);
for (const { first, second, relativeResidual = 0 } of scene.pairs ?? [])
  if (relativeResidual > 0.1) console.log(`the pair ${first} → ${second} disagrees with the scene`);
console.log(`${files.length} files in ${folder}; open ${folder}/index.html`);
