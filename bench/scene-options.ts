import { modelPresets } from '#model/config.ts';

const sceneGraph = { type: 'string', default: 'complete', describe: 'pairs of the scene' } as const;
const iterations = { type: 'number', default: 300, describe: 'of the alignment' } as const;

export const sceneOptions = {
  preset: { choices: Object.keys(modelPresets), default: '512-linear', describe: 'network, with random weights' },
  precision: { choices: ['float32', 'bfloat16'], default: 'float32', describe: 'of our products' },
  images: { type: 'number', default: 8 },
  width: { type: 'number', default: 512 },
  height: { type: 'number', default: 384 },
  'scene-graph': sceneGraph,
  'batch-size': { type: 'number', default: 2, describe: 'ordered pairs decoded at a time' },
  iterations,
  'naive-pairs': { type: 'number', describe: 'pairs that the naive way computes, to count for all (default: all)' },
} as const;

export const rgbdOptions = {
  data: { type: 'string', demandOption: true, describe: 'folder of posed RGB-D frames' },
  first: { type: 'number', default: 0, describe: 'first frame' },
  count: { type: 'number', default: 10, describe: 'frames' },
  every: { type: 'number', default: 1, describe: 'frames from one to the next' },
  'scene-graph': sceneGraph,
  width: { type: 'number', default: 270, describe: 'of the pointmaps' },
  noise: { type: 'number', default: 0, describe: 'of distances, relative' },
  known: { choices: ['nothing', 'focals', 'intrinsics'], default: 'nothing', describe: 'what the alignment is told' },
  iterations,
} as const;
