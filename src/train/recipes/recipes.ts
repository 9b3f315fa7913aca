import { dust3r224Linear } from './dust3r-224-linear.ts';
import { dust3r512Dpt } from './dust3r-512-dpt.ts';
import { dust3r512Linear } from './dust3r-512-linear.ts';
import { overfitTiny } from './overfit-tiny.ts';
import { tinySynthetic } from './tiny-synthetic.ts';

/** The recipes that `--config` knows by name. */
export const recipes = {
  'tiny-synthetic': tinySynthetic,
  'overfit-tiny': overfitTiny,
  'dust3r-224-linear': dust3r224Linear,
  'dust3r-512-linear': dust3r512Linear,
  'dust3r-512-dpt': dust3r512Dpt,
} as const;
