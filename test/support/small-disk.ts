import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk {
  readonly path: string;
  /** Leaves room for so many bytes, to the block, and gives it free again. */
  fill(free: number): () => void;
  unmount(): void;
}

/** A disk of a few kibibytes that really becomes full; undefined where this process may not mount one. */
export function mountSmallDisk(kibibytes: number): SmallDisk | undefined {
  const path = mkdtempSync(join(tmpdir(), 'dust3r-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kibibytes}k`, 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    rmSync(path, { recursive: true });
    return undefined;
  }
  const ballast = join(path, '.ballast');
  return {
    path,
    fill: (free) => {
      const { bavail, bsize } = statfsSync(path);
      writeFileSync(ballast, new Uint8Array(Math.max(0, bavail * bsize - free)));
      return () => rmSync(ballast);
    },
    unmount: () => {
      execFileSync('umount', [path]);
      rmSync(path, { recursive: true });
    },
  };
}
