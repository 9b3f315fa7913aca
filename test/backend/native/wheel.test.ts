import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { obtainWheel } from '#backend/native/wheel.ts';
import { useTemporary } from '../temporary.ts';

/** Stands in for `python3 -m pip`: notes how it was called and installs a wheel in miniature. */
const FAKE_PIP = `#!/bin/sh
echo "$@" >> "$CALLS"
case "$*" in *--version) exit 0;; esac
case "$*" in *"$FAILS"*) echo "ERROR: No matching distribution found for it"; exit 1;; esac
while [ "$1" != --target ]; do shift; done
mkdir -p "$2/tensorflow/python" "$2/nvidia/cudnn/lib"
touch "$2/tensorflow/libtensorflow_cc.so.2" "$2/tensorflow/libtensorflow_framework.so.2"
for part in tensorflow/c tensorflow/core/platform tensorflow/core/common_runtime/next_pluggable_device/c \\
  tsl/platform xla/tsl/c absl tensorflow/compiler; do mkdir -p "$2/tensorflow/include/$part"; done
`;

describe('backend/native/wheel: obtainWheel', () => {
  const temporary = useTemporary();

  /** @param fails calls with these words fail */
  async function fakePip(fails: string): Promise<void> {
    await mkdir(temporary.path('bin'));
    await mkdir(temporary.path('library'));
    await writeFile(temporary.path('bin', 'python3'), FAKE_PIP);
    await chmod(temporary.path('bin', 'python3'), 0o755);
    process.env['PATH'] = `${temporary.path('bin')}:/bin:/usr/bin`;
    process.env['CALLS'] = temporary.path('calls');
    process.env['FAILS'] = fails;
  }

  const installs = async () => {
    const calls = (await readFile(temporary.path('calls'), 'utf8')).trim().split('\n');
    return calls.filter((call) => call.includes('install'));
  };

  it('keeps the libraries, the headers that are needed and CUDA, and drops the rest', async () => {
    await fakePip('nothing fails');
    await obtainWheel(temporary.path('library'), ['tensorflow-cpu==1']);
    expect((await readdir(temporary.path('library'))).sort()).toEqual(['include', 'nvidia', 'tensorflow']);
    expect((await readdir(temporary.path('library', 'tensorflow'))).sort()).toEqual([
      'libtensorflow_cc.so.2',
      'libtensorflow_framework.so.2',
    ]);
    expect((await readdir(temporary.path('library', 'include'))).sort()).toEqual(['absl', 'tensorflow', 'tsl', 'xla']);
  });

  it('installs the wheel’s dependencies only for CUDA', async () => {
    await fakePip('nothing fails');
    await obtainWheel(temporary.path('library'), ['tensorflow[and-cuda]==1']);
    await obtainWheel(temporary.path('other'), ['tensorflow-cpu==1']).catch(() => undefined);
    const [cuda, cpu] = await installs();
    expect(cuda).not.toContain('--no-deps');
    expect(cpu).toContain('--no-deps');
  });

  it('tries the next name, then a Python that TensorFlow is published for', async () => {
    await fakePip('--only-binary=:all: --target');
    await expect(obtainWheel(temporary.path('library'), ['tensorflow-cpu==1', 'tensorflow==1'])).rejects.toThrow(
      'ERROR: No matching distribution found for it',
    );
    const calls = await installs();
    expect(calls.map((call) => [call.includes('tensorflow-cpu'), call.includes('--python-version 3.12')])).toEqual([
      [true, false],
      [false, false],
      [true, true],
      [false, true],
    ]);
  });

  it('names what it tried where there is no pip', async () => {
    process.env['PATH'] = temporary.path();
    await expect(obtainWheel(temporary.path('library'), ['tensorflow-cpu==1'])).rejects.toThrow(
      'no pip: tried python3 -m pip, python -m pip, pip3, pip',
    );
  });
});
