import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { checkAlign } from '#test/golden/align.ts';
import { checkCheckpoints } from '#test/golden/checkpoints.ts';
import { checkData } from '#test/golden/data.ts';
import { checkModel } from '#test/golden/model.ts';
import { type FileReport, isWithin, reportLine } from '#test/golden/report.ts';
import { useBackend } from '#test/support/backend.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { changeJson, changeTensor, copyGolden, goldenFolder } from './altered-folder.ts';
import { expectWithin, itAgreesOnTheModel } from './golden-folder.ts';

useBackend();
const temporary = useTemporaryFolder();
let count = 0;
const copyOf = (...files: readonly string[]) => copyGolden(temporary(`copy-${count++}`), files);

/** The names of the comparisons of a file that fail. */
function failuresOf(reports: readonly FileReport[], file: string): string[] {
  const report = reports.find((each) => each.file === file) as FileReport;
  expect(report.missing).toBeUndefined();
  return report.comparisons.filter((comparison) => !isWithin(comparison)).map(({ name }) => name);
}

const largest = (values: Float32Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

describe('golden: the reference, on the best engine', () => {
  itAgreesOnTheModel();

  it('gives the same tensors from files of PyTorch, and the hostile one is refused', async () => {
    const reports = await checkCheckpoints(goldenFolder);
    expectWithin(reports);
    const compared = reports.filter(({ missing }) => !missing).map(({ file }) => file);
    const files = ['zip_format.pth', 'malicious.pth', 'hf_config.json'];
    expect(compared).toEqual(files.map((file) => `checkpoints/${file}`));
  });

  it('gives the same sizes, resampled images, pairs, crops and random draws', async () => {
    const reports = await checkData(goldenFolder);
    expectWithin(reports);
    expect(reports.map(({ comparisons }) => comparisons.length)).toEqual([80, 6, 192, 64, 13]);
  });

  it('gives the same alignments, two-view scene, focal lengths and registrations', async () => {
    const reports = await checkAlign(goldenFolder);
    expectWithin(reports);
    expect(reports.map(({ comparisons }) => comparisons.length)).toEqual([22, 0, 0, 0, 4, 20]);
  });
});

describe('golden: a folder that lacks files', () => {
  it('has each of them skipped by name', async () => {
    const folder = await copyOf('model/rope2d.safetensors', 'model/linear.json', 'model/linear.safetensors');
    const lines = [...(await checkModel(folder)), ...(await checkData(folder))].map(reportLine);
    expect(lines[0]).toMatch(/^ok {4}model\/rope2d\.safetensors: worst relative error .* at out, 1 comparison$/);
    expect(lines.slice(1)).toEqual([
      'skip  model/linear.safetensors: the folder lacks model/linear.weights.safetensors',
      ...['dpt', 'linear_many_ar', 'dpt_many_ar'].map(
        (name) => `skip  model/${name}.safetensors: the folder lacks model/${name}.safetensors`,
      ),
      ...['load_images.json', 'resample.safetensors', 'pairs.json', 'crop_resize.json', 'fixtures.json'].map(
        (name) => `skip  data/${name}: the folder lacks data/${name}`,
      ),
    ]);
  });
});

describe('golden: a wrong number of the reference', () => {
  it('fails beyond the tolerance of the network, and not below it', async () => {
    const file = 'model/linear.safetensors';
    const folder = await copyOf(file, 'model/linear.json', 'model/linear.weights.safetensors');
    await changeTensor(join(folder, file), 'out.conf_2', (values) => {
      values[7] = (values[7] as number) + 5e-5 * largest(values);
    });
    await changeTensor(join(folder, file), 'inter.dec1.2', (values) => {
      values[5] = (values[5] as number) - 3e-4 * largest(values);
    });
    expect(failuresOf(await checkModel(folder), file)).toEqual(['inter.dec1.2']);
  });

  it('fails by its last bit in a checkpoint', async () => {
    const [file, state] = ['checkpoints/zip_format.pth', 'checkpoints/expected.safetensors'] as const;
    const folder = await copyOf(file, state);
    await changeTensor(join(folder, state), 'enc_norm.bias', (values) => {
      const bits = new Int32Array(values.buffer);
      bits[3] = (bits[3] as number) ^ 1;
    });
    expect(failuresOf(await checkCheckpoints(folder), file)).toEqual(['enc_norm.bias']);
  });

  it('fails where a hostile file is opened', async () => {
    const folder = await copyOf('checkpoints/zip_format.pth');
    await cp(join(folder, 'checkpoints/zip_format.pth'), join(folder, 'checkpoints/malicious.pth'));
    expect(failuresOf(await checkCheckpoints(folder), 'checkpoints/malicious.pth')).toEqual(['outcome']);
  });

  it('fails in sizes, pixels and pairs', async () => {
    const folder = await copyOf('data/load_images.json', 'data/resample.safetensors', 'data/pairs.json');
    await changeJson<{ out_width: number }[]>(join(folder, 'data/load_images.json'), ([first]) => {
      (first as { out_width: number }).out_width += 16;
    });
    await changeTensor(join(folder, 'data/resample.safetensors'), 'cv2nearest_32x24', (values) => {
      values[0] = (values[0] as number) + 1;
    });
    await changeJson<Record<string, number[][]>>(join(folder, 'data/pairs.json'), (pairs) => {
      pairs['n=2 complete symmetrize=True prefilter=None']?.pop();
    });
    const reports = await checkData(folder);
    expect(failuresOf(reports, 'data/load_images.json')).toEqual(['640×480 at 224']);
    expect(failuresOf(reports, 'data/resample.safetensors')).toEqual(['cv2nearest_32x24']);
    expect(failuresOf(reports, 'data/pairs.json')).toEqual(['n=2 complete symmetrize=True prefilter=None']);
  });

  it('fails in the two-view scene and in a registration', async () => {
    const [scene, registration] = [
      'align/pair_viewer.safetensors',
      'align/focal_and_registration.safetensors',
    ] as const;
    const folder = await copyOf(scene, registration, 'align/focal_and_registration.json');
    await changeTensor(join(folder, scene), 'out.depth1', (values) => {
      values[0] = Number.NaN;
    });
    await changeTensor(join(folder, registration), 'reg0.R', (values) => {
      values.reverse();
    });
    const reports = await checkAlign(folder);
    expect(failuresOf(reports, scene)).toEqual(['out.depth1']);
    expect(failuresOf(reports, registration)).toEqual(['reg0.R']);
  });
});
