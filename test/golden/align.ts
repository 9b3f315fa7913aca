import { readFileSync } from 'node:fs';
import { alignTwoViews } from '#align/two-view.ts';
import { estimateFocal } from '#geometry/focal.ts';
import type { PairPointmaps, Pointmap } from '#geometry/pointmap.ts';
import { procrustes } from '#geometry/procrustes.ts';
import { type GoldenTensor, readGolden } from '#test/support/golden.ts';
import { compareAlignment } from './align-scene.ts';
import { type Comparison, checkFile, type FileReport, relativeError } from './report.ts';

const TOLERANCE = 1e-3;

const alignments = ['pcopt_4views', 'modular_3views', 'pcopt_known_focals', 'pcopt_known_poses'];

/** The global alignment, the closed form for a pair, focal lengths, weighted registration. */
export async function checkAlign(folder: string): Promise<FileReport[]> {
  const focals = 'align/focal_and_registration';
  const scenes: FileReport[] = [];
  for (const name of alignments) {
    const files = [`align/${name}.safetensors`, `align/${name}.json`] as const;
    scenes.push(await checkFile(folder, files, compareAlignment as (...paths: string[]) => Promise<Comparison[]>));
  }
  return [
    ...scenes,
    await checkFile(folder, ['align/pair_viewer.safetensors'], comparePairViewer),
    await checkFile(folder, [`${focals}.safetensors`, `${focals}.json`], compareFocalsAndRegistrations),
  ];
}

function comparePairViewer(path: string): Comparison[] {
  const golden = readGolden(path);
  const isForwardFirst = dataOf(golden, 'edges')[0] === 0;
  const [first, second] = [orderedPair(golden, 0), orderedPair(golden, 1)];
  const { views } = isForwardFirst ? alignTwoViews(first, second) : alignTwoViews(second, first);
  const focals = views.map(({ camera }) => camera.focalPx[0]);
  const poses = views.flatMap(({ camera }) => [...camera.camToWorld]);
  return [
    within('out.focals', focals, golden),
    within('out.poses', poses, golden),
    ...views.map(({ depth }, i) => within(`out.depth${i}`, depth, golden)),
  ];
}

function orderedPair(golden: ReadonlyMap<string, GoldenTensor>, edge: number): PairPointmaps {
  const view = (name: 'i' | 'j'): Pointmap => {
    const [, height, width] = (golden.get(`conf_${name}`) as GoldenTensor).shape as [number, number, number];
    const size = width * height;
    return {
      width,
      height,
      points: dataOf(golden, `pred_${name}`).slice(3 * size * edge, 3 * size * (edge + 1)) as Float32Array,
      confidence: dataOf(golden, `conf_${name}`).slice(size * edge, size * (edge + 1)) as Float32Array,
    };
  };
  return { view1: view('i'), view2: view('j') };
}

function compareFocalsAndRegistrations(path: string, focalsPath: string): Comparison[] {
  const golden = readGolden(path);
  const focals = JSON.parse(readFileSync(focalsPath, 'utf8')) as Record<string, { median: number; weiszfeld: number }>;
  const registrations = [...golden.keys()].flatMap((name) => /^(reg\d+)\.src$/.exec(name)?.[1] ?? []);
  return [
    ...Object.entries(focals).flatMap(([i, expected]) => compareFocals(golden, `pts${i}`, expected)),
    ...registrations.flatMap((name) => compareRegistration(golden, name)),
  ];
}

function compareFocals(
  golden: ReadonlyMap<string, GoldenTensor>,
  name: string,
  expected: { readonly median: number; readonly weiszfeld: number },
): Comparison[] {
  const [height, width] = (golden.get(name) as GoldenTensor).shape as [number, number];
  const pointmap = { width, height, points: dataOf(golden, name) as Float32Array };
  return (['median', 'weiszfeld'] as const).map((mode) => ({
    name: `${name} (${mode})`,
    error: relativeError([estimateFocal(pointmap, { mode })], [expected[mode]]),
    tolerance: TOLERANCE,
  }));
}

function compareRegistration(golden: ReadonlyMap<string, GoldenTensor>, name: string): Comparison[] {
  const [source, target] = ['src', 'dst'].map((side) => dataOf(golden, `${name}.${side}`) as Float32Array);
  const weights = dataOf(golden, `${name}.weights`);
  const { scale, rotation, translation } = procrustes(source as Float32Array, target as Float32Array, { weights });
  return [
    within(`${name}.s`, [scale], golden),
    within(`${name}.R`, rotation, golden),
    within(`${name}.T`, translation, golden),
  ];
}

function within(name: string, actual: ArrayLike<number>, golden: ReadonlyMap<string, GoldenTensor>): Comparison {
  return { name, error: relativeError(actual, dataOf(golden, name)), tolerance: TOLERANCE };
}

function dataOf(golden: ReadonlyMap<string, GoldenTensor>, name: string): GoldenTensor['data'] {
  const tensor = golden.get(name);
  if (!tensor) throw new Error(`golden file: expected a tensor "${name}", found none`);
  return tensor.data;
}
