/** Which pairs the network is run on, and how. */
export const pairOptions = {
  'scene-graph': {
    type: 'string',
    default: 'complete',
    describe: 'pairs to run: complete, swin[-w][-noncyclic], logwin[-w][-noncyclic] or oneref[-id]',
  },
  pairs: { type: 'string', describe: 'file with a pair on each line, names or indices, instead of a graph' },
  prefilter: { type: 'string', describe: 'keeps pairs of the graph: seqK at most K apart, cycK around a loop' },
  'batch-size': { type: 'number', default: 2, describe: 'ordered pairs that are decoded at a time' },
  store: {
    choices: ['auto', 'memory', 'disk'] as const,
    default: 'auto' as const,
    describe: 'where predictions wait for the alignment; disk: in half precision in the output folder',
  },
  'memory-limit': {
    type: 'number',
    describe: 'GB that the process may hold, engine and weights with it (default: what is free)',
  },
} as const;

/** How the pairs' pointmaps are brought together. */
export const alignmentOptions = {
  niter: { type: 'number', default: 300, describe: 'iterations of the alignment' },
  lr: { type: 'number', default: 0.01, describe: 'learning rate of the alignment' },
  schedule: {
    choices: ['cosine', 'linear'] as const,
    default: 'linear' as const,
    describe: 'of the learning rate',
  },
  'shared-focal': { type: 'boolean', default: false, describe: 'one focal length for all photographs' },
  'known-cameras': {
    type: 'string',
    describe: 'poses or intrinsics: cameras.json, transforms.json, a COLMAP model, or a folder that has one of these',
  },
  masks: { type: 'string', describe: 'folder of masks named like the photographs; dark pixels take no part' },
  'min-confidence': {
    type: 'string',
    default: '3',
    describe:
      'pixels above it decide poses and are shown; auto: chosen for what is shown, as it is where none is above',
  },
  'clean-depth': { type: 'boolean', default: true, describe: 'hide points that float before what another view sees' },
  'mask-sky': { type: 'boolean', default: false, describe: 'hide what looks like sky' },
} as const;
