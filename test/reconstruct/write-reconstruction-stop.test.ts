import { readdir } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { writeReconstruction } from '#reconstruct/write-reconstruction.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { smallReconstruction } from './small-reconstruction.ts';

const temporary = useTemporaryFolder();

it('reconstruct/write-reconstruction: writeReconstruction stops between two files', async () => {
  const stop = new AbortController();
  const onFile = () => stop.abort(new Error('enough'));
  const run = writeReconstruction(temporary('scene'), smallReconstruction(), { onFile, signal: stop.signal });
  await expect(run).rejects.toThrow('enough');
  expect(await readdir(temporary('scene'))).toEqual(['cameras.json']);
});
