import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configFromKwargs, hubConfigJson } from '#model/hub-config.ts';
import type { TensorArchive } from '#weights/archive.ts';
import { decodeFloat32, encodeFloat32 } from '#weights/float-codec.ts';
import { parseLenientJson } from '#weights/lenient-json.ts';
import { openCheckpoint } from '#weights/open-checkpoint.ts';
import { openSafetensors } from '#weights/safetensors.ts';
import { openTorch } from '#weights/torch-archive.ts';
import { type Comparison, checkFile, exactly, type FileReport, isWithin } from './report.ts';

const HUB_CONFIG = 'checkpoints/hf_config.json';
// The set holds one model in two states, before and after an optimizer's step; every file is in one of them.
const [BEFORE, AFTER] = ['checkpoints/expected.safetensors', 'checkpoints/hf_model.safetensors'] as const;
const afterStep = ['with_optimizer.pth', 'croco_like.pth'];

/** What torch.save writes, against the tensors that it was given; a hostile file is refused. */
export async function checkCheckpoints(folder: string): Promise<FileReport[]> {
  const reports: FileReport[] = [];
  for (const name of torchFiles(join(folder, 'checkpoints'))) {
    const file = `checkpoints/${name}`;
    const isHostile = name.startsWith('malicious');
    const compare = isHostile ? compareRefusal : (path: string) => compareTorch(path, folder);
    const needed = [BEFORE, ...(afterStep.includes(name) ? [AFTER] : [])];
    reports.push(await checkFile(folder, isHostile ? [file] : [file, ...needed], compare));
  }
  reports.push(await checkFile(folder, [HUB_CONFIG], compareConfig));
  return reports;
}

const known = ['zip_format', 'legacy_format', 'half', 'bfloat16', 'views_and_slices', 'with_optimizer', 'croco_like'];

/** The files of the published set, present or not, and any others that the folder has. */
function torchFiles(folder: string): string[] {
  const present = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.pth')) : [];
  return [...new Set([...known, 'malicious'].map((name) => `${name}.pth`).concat(present))];
}

/** Agreement with the state that the file is in: the one from which fewer tensors differ. */
async function compareTorch(path: string, folder: string): Promise<Comparison[]> {
  const archive = await openTorch(path);
  const outcomes: Comparison[][] = [];
  for (const state of [BEFORE, AFTER].filter((name) => existsSync(join(folder, name)))) {
    const expected = await openSafetensors(join(folder, state));
    outcomes.push(await compareArchives(archive, expected));
    await expected.close();
  }
  await archive.close();
  const failures = (outcome: readonly Comparison[]) => outcome.filter((comparison) => !isWithin(comparison)).length;
  return outcomes.reduce((best, next) => (failures(next) < failures(best) ? next : best));
}

/** Every tensor that both hold, bit for bit. Halves are compared with the expected values rounded as they are. */
async function compareArchives(archive: TensorArchive, expected: TensorArchive): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const [name, { dtype, shape }] of archive.tensors) {
    const info = expected.tensors.get(name);
    if (!info) continue;
    comparisons.push(exactly(`${name} (shape)`, shape, info.shape));
    const want = await expected.readFloat32(name);
    if (dtype === 'F16' || dtype === 'BF16')
      decodeFloat32(dtype, encodeFloat32(dtype, want.slice()) as Uint8Array<ArrayBuffer>, want);
    comparisons.push(exactly(name, [...(await archive.readFloat32(name))], [...want]));
  }
  return comparisons.length > 0 ? comparisons : [exactly('tensors in common with the expected ones', 0, 'some')];
}

async function compareRefusal(path: string): Promise<Comparison[]> {
  const outcome = await openCheckpoint(path).then(
    async ({ archive }) => archive.close().then(() => 'opened'),
    () => 'refused',
  );
  return [exactly('outcome', outcome, 'refused')];
}

function compareConfig(path: string): Comparison[] {
  const config = configFromKwargs(JSON.parse(readFileSync(path, 'utf8')));
  const again = configFromKwargs(parseLenientJson(hubConfigJson(config), path) as Record<string, unknown>);
  return [exactly('config → config.json → config', again, config)];
}
