import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { expectWritableFolder, makeFolder } from '#files/folder.ts';
import { isRunning } from '#files/running-process.ts';
import { startScript } from '#files/script-worker.ts';
import { emptyLibrary, openModelLibrary } from '#render/model-library.ts';
import { createSupplies, patternSizeFor, type SceneSupplies } from '#render/scene-kit.ts';
import { type SceneSettings, sceneName, sceneRecord, writeSyntheticScene } from './synthetic-scene.ts';

export interface PrepareOptions extends SceneSettings {
  readonly output: string;
  readonly scenes: number;
  /** Threads; 0 renders in this one. */
  readonly workers: number;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal;
}

export interface PrepareReport {
  readonly written: number;
  /** Scenes that were there already. */
  readonly kept: number;
  readonly seconds: number;
}

/**
 * Writes scenes into `output`, each in a folder of its own that appears when it is complete, so that a run can be
 * stopped at any moment and started again: what is there is kept.
 * @throws Error if the folder holds scenes of other settings, the models are missing, or the disk is full
 */
export async function prepareSynthetic(options: PrepareOptions): Promise<PrepareReport> {
  const start = performance.now();
  const { output, scenes, onProgress } = options;
  await expectWritableFolder(output);
  await openSupplies(options); // tells before any work that the models are missing
  await makeFolder(output);
  await removeLeftovers(output);
  const missing = await missingScenes(options);
  let done = scenes - missing.length;
  const onScene = () => onProgress?.({ done: ++done, total: scenes });
  onProgress?.({ done, total: scenes });
  try {
    await writeScenes(options, missing, onScene);
  } finally {
    await removeOwn(output);
  }
  return { written: missing.length, kept: scenes - missing.length, seconds: (performance.now() - start) / 1000 };
}

/** The models and patterns that scenes are made of. */
export async function openSupplies({ meshes, split, width }: SceneSettings): Promise<SceneSupplies> {
  const library = meshes === undefined ? emptyLibrary : await openModelLibrary(meshes, split);
  return createSupplies(library, patternSizeFor(width));
}

async function missingScenes(options: PrepareOptions): Promise<number[]> {
  const present = new Set(await readdir(options.output));
  const numbers = Array.from({ length: options.scenes }, (_, number) => number);
  for (const number of numbers.filter((each) => present.has(sceneName(each))))
    await expectSameSettings(options, number);
  return numbers.filter((number) => !present.has(sceneName(number)));
}

async function expectSameSettings(options: PrepareOptions, number: number): Promise<void> {
  const path = join(options.output, sceneName(number), 'scene.json');
  const text = await readFile(path, 'utf8').catch(() => '{}');
  const { version, settings } = JSON.parse(text) as { version?: number; settings?: object };
  const expected = sceneRecord(options, number);
  if (version === expected.version && JSON.stringify(settings) === JSON.stringify(expected.settings)) return;
  throw new Error(`${path}: this scene was made with other settings; name another output folder, or remove this one`);
}

/** Removes what killed runs left half written. */
async function removeLeftovers(output: string): Promise<void> {
  for (const { name, pid } of await temporaries(output)) {
    if (!isRunning(pid)) await rm(join(output, name), { recursive: true, force: true });
  }
}

async function removeOwn(output: string): Promise<void> {
  for (const { name, pid } of await temporaries(output)) {
    if (pid === process.pid) await rm(join(output, name), { recursive: true, force: true });
  }
}

async function temporaries(output: string): Promise<{ name: string; pid: number }[]> {
  return (await readdir(output)).flatMap((name) => {
    const [, pid] = /^\.scene-\d+\.(\d+)\.[\w-]+\.tmp$/.exec(name) ?? [];
    return pid === undefined ? [] : [{ name, pid: Number(pid) }];
  });
}

export interface WorkerTask {
  readonly output: string;
  readonly settings: SceneSettings;
}

export interface SceneAnswer {
  readonly number: number;
  readonly error?: string;
}

async function writeScenes(options: PrepareOptions, numbers: readonly number[], onScene: () => void): Promise<void> {
  const { output, workers, signal } = options;
  const queue = [...numbers];
  const next = () => {
    signal?.throwIfAborted();
    return queue.shift();
  };
  const count = Math.min(workers, numbers.length);
  if (count === 0) {
    const supplies = await openSupplies(options);
    for (let number = next(); number !== undefined; number = next()) {
      await writeSyntheticScene(output, number, options, supplies);
      onScene();
    }
    return;
  }
  const { onProgress: _, signal: __, ...settings } = options;
  const threads = Array.from({ length: count }, () => startScript(workerUrl, { output, settings }));
  const stop = () => Promise.all(threads.map((thread) => thread.terminate()));
  const onAbort = () => void stop();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.all(threads.map((thread) => feed(thread, next, onScene)));
    signal?.throwIfAborted();
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await stop();
  }
}

/** Gives a thread one scene after another. */
function feed(thread: Worker, next: () => number | undefined, onScene: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const send = () => {
      const number = next();
      if (number === undefined) resolve();
      else thread.postMessage(number);
    };
    thread.on('message', ({ error }: SceneAnswer) => {
      if (error !== undefined) return reject(new Error(error));
      onScene();
      attempt(send, reject);
    });
    thread.on('error', reject);
    thread.on('exit', () => reject(new Error('prepare synthetic: stopped; start it again to go on')));
    attempt(send, reject);
  });
}

function attempt(action: () => void, reject: (reason: unknown) => void): void {
  try {
    action();
  } catch (error) {
    reject(error);
  }
}

const workerUrl = new URL('./synthetic-worker.ts', import.meta.url);
