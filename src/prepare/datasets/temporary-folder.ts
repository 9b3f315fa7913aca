import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '#files/folder.ts';
import { isRunning } from '#files/running-process.ts';

/**
 * Makes a folder for what is being written, on the disk of the output. Those that killed runs left are removed.
 * @throws Error if another run is at work in the output
 */
export async function makeTemporary(output: string): Promise<string> {
  for (const { name, pid } of await temporaries(output)) {
    const path = join(output, name);
    if (pid !== process.pid && isRunning(pid))
      throw new Error(`${output}: process ${pid} is preparing data into this folder; stop it first, or remove ${path}`);
    await rm(path, { recursive: true, force: true });
  }
  const folder = join(output, `.preparing.${process.pid}.${randomUUID()}.tmp`);
  await makeFolder(folder);
  return folder;
}

async function temporaries(output: string): Promise<{ name: string; pid: number }[]> {
  return (await readdir(output)).flatMap((name) => {
    const [, pid] = /^\.preparing\.(\d+)\.[\w-]+\.tmp$/.exec(name) ?? [];
    return pid === undefined ? [] : [{ name, pid: Number(pid) }];
  });
}
