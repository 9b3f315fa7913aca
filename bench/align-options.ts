export const alignOptions = {
  images: { type: 'number', default: 4 },
  window: { type: 'number', default: 0, describe: 'pair only images at most so far apart (default: all)' },
  width: { type: 'number', default: 512 },
  height: { type: 'number', default: 384 },
  runs: { type: 'number', default: 8, describe: 'iterations in each of two processes, after two that do not count' },
  engine: { choices: ['auto', 'script', 'tensors'], default: 'auto', describe: 'where pixels are computed' },
  solve: { type: 'boolean', default: true, describe: 'also whole alignments, by both methods' },
} as const;
