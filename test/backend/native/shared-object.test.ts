import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { describeLibrary } from '#backend/native/shared-object.ts';
import { useTemporary } from '../temporary.ts';

describe('backend/native/shared-object: describeLibrary', () => {
  const temporary = useTemporary();

  async function touch(...paths: string[]): Promise<void> {
    for (const path of paths) {
      await mkdir(dirname(temporary.path(path)), { recursive: true });
      await writeFile(temporary.path(path), '');
    }
  }

  it('finds the wheel’s files, and CUDA’s beside them', async () => {
    await touch('tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2');
    await touch('include/tensorflow/c/c_api.h', 'nvidia/cudnn/lib/libcudnn.so', 'nvidia/readme');
    expect(await describeLibrary(temporary.path())).toEqual({
      files: ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'].map((name) =>
        temporary.path('tensorflow', name),
      ),
      include: temporary.path('include'),
      searchPath: [temporary.path('tensorflow'), temporary.path('nvidia/cudnn/lib')],
      isInCache: false,
    });
  });

  it('finds the archive’s files in lib', async () => {
    process.env['DUST3R_CACHE'] = temporary.path();
    await touch('lib/libtensorflow.so', 'lib/libtensorflow.so.2', 'lib/libtensorflow_framework.so.2');
    await touch('include/tensorflow/c/c_api.h');
    const library = await describeLibrary(temporary.path());
    expect(library.files).toEqual(
      ['libtensorflow.so.2', 'libtensorflow_framework.so.2'].map((name) => temporary.path('lib', name)),
    );
    expect(library.isInCache).toBe(true);
  });

  it('says what it expected where there is no library', async () => {
    await expect(describeLibrary(temporary.path())).rejects.toThrow(
      `${temporary.path()}: expected libtensorflow_cc.so.2 and libtensorflow_framework.so.2 here or in lib/`,
    );
  });

  it('says where it looked for the headers', async () => {
    await touch('libtensorflow_cc.so.2', 'libtensorflow_framework.so.2');
    await expect(describeLibrary(temporary.path())).rejects.toThrow(`headers in ${temporary.path('include')}`);
  });
});
