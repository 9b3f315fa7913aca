import { randomUUID } from 'node:crypto';
import { link, open, readFile, rename, rm, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isRunning } from '#files/running-process.ts';
import { writeFailure } from '#files/write-failure.ts';

/** Who holds a folder. `birth` tells two processes of the same number apart, where the system says it (Linux). */
interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly birth: string | null;
  /** Of this taking of the lock. */
  readonly nonce: string;
}

/**
 * Takes a run's folder for this process, so that no second run writes into it. A lock that a dead process left is taken
 * over.
 * @returns gives the folder free again
 * @throws Error naming the process that holds it
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'lock');
  const own: Holder = {
    ...{ pid: process.pid, host: hostname(), birth: await birthOf(process.pid) },
    nonce: randomUUID(),
  };
  const text = JSON.stringify(own);
  // A few rounds, since another start may come between looking and taking.
  for (let round = 0; round < 5; round += 1) {
    const isCreated = await create(path, text);
    // Another taker of a stale lock may have moved ours aside, and one more may have come between.
    if (isCreated && round > 0) await setTimeout(50);
    if (isCreated && (await readText(path)) === text) return () => rm(path, { force: true });
    if (!isCreated) await clearStale(path, own);
  }
  throw new Error(`${folder}: another run is just starting in it; name another --output-dir`);
}

/** Takes away what a dead process left. @throws Error if the holder lives */
async function clearStale(path: string, own: Holder): Promise<void> {
  const text = await readText(path);
  if (text === undefined) return;
  const holder = parse(text);
  if (holder && (await isAlive(holder, own))) throw heldBy(holder, path);
  // Without a readable holder it was cut off while it was written, or is just being written.
  if (!holder) await setTimeout(100);
  await removeStale(path, text);
}

async function create(path: string, content: string): Promise<boolean> {
  try {
    const handle = await open(path, 'wx');
    await handle.writeFile(content).finally(() => handle.close());
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw writeFailure(path, error);
  }
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

function parse(text: string): Holder | undefined {
  try {
    const holder = JSON.parse(text) as Partial<Holder> | null;
    return Number.isSafeInteger(holder?.pid) && typeof holder?.host === 'string' ? (holder as Holder) : undefined;
  } catch {
    return undefined;
  }
}

async function isAlive({ pid, host, birth }: Holder, own: Holder): Promise<boolean> {
  if (host !== own.host) return true;
  if (!isRunning(pid)) return false;
  const found = await birthOf(pid);
  return found === null || birth === null || found === birth;
}

/** When a process began, in the system's ticks; null where /proc does not say it. */
async function birthOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field is the name in brackets, which may hold blanks; the 22nd is the start time.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

/** Takes a stale lock away; puts it back if another run has meanwhile replaced it. */
async function removeStale(path: string, stale: string): Promise<void> {
  const aside = `${path}.${randomUUID().slice(0, 8)}.tmp`;
  const moved = await rename(path, aside).then(
    () => true,
    () => false,
  );
  if (!moved) return;
  if ((await readFile(aside, 'utf8')) !== stale) await link(aside, path).catch(() => undefined);
  await unlink(aside);
}

function heldBy({ pid, host }: Holder, path: string): Error {
  const isHere = host === hostname();
  const place = isHere ? '' : ` on ${host}`;
  const wayOut = isHere ? '' : `, or remove ${path} if that run is over`;
  return new Error(`${dirname(path)}: process ${pid}${place} is training in it; name another --output-dir${wayOut}`);
}
