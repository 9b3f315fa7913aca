/** Below 22 frames a second turning feels slow. */
const slowMs = 45;
const fastMs = 25;
const remembered = 4;
const slowFramesToCoarsen = 2;
const fastFramesToRefine = 90;
const leastPatience = 1 / 15;
const mostPatience = 16;
const untriedPoints = 500_000;

export const coarsestLevel = 3;

/**
 * How many points to draw while things move: all at level 0, a quarter at 1, a sixteenth at 2, a 64th at 3. Any machine
 * stays fluid this way; at rest everything is drawn.
 */
export class DetailGovernor {
  private current: number;
  private recentMs: number[] = [];
  private fastFrames = 0;
  /** Short until frames have once been slow, and longer each time that finer turned out to be too fine. */
  private patience = leastPatience;

  /** A large scene begins coarse, as no one should wait for seconds to learn that a machine is slow. */
  constructor(pointCount: number) {
    const excess = Math.max(1, pointCount / untriedPoints);
    this.current = Math.min(coarsestLevel, Math.ceil(Math.log(excess) / Math.log(4)));
  }

  get level(): number {
    return this.current;
  }

  /**
   * Two slow frames of the last four count, as a browser queues a frame or two before it waits for the drawing; each
   * level is four times as fast as the one before it.
   */
  record(frameMs: number): void {
    this.recentMs = [...this.recentMs.slice(1 - remembered), frameMs];
    this.fastFrames = frameMs < fastMs ? this.fastFrames + 1 : 0;
    const slow = this.recentMs.filter((recent) => recent > slowMs);
    if (slow.length >= slowFramesToCoarsen) {
      const excess = Math.min(...slow) / slowMs;
      this.change(Math.max(1, Math.ceil(Math.log(excess) / Math.log(4))));
      this.patience = Math.min(mostPatience, Math.max(2, 2 * this.patience));
    } else if (this.fastFrames >= fastFramesToRefine * this.patience) {
      this.change(-1);
    }
  }

  private change(step: number): void {
    this.current = Math.min(coarsestLevel, Math.max(0, this.current + step));
    this.recentMs = [];
    this.fastFrames = 0;
  }
}
