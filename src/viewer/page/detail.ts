/** Below 22 frames a second turning feels slow. */
const slowMs = 45;
const fastMs = 25;
const slowFramesToCoarsen = 2;
const fastFramesToRefine = 90;

export const coarsestLevel = 2;

/**
 * How many points to draw while things move: all at level 0, a quarter at 1, a sixteenth at 2. Any machine stays
 * fluid this way; at rest everything is drawn.
 */
export class DetailGovernor {
  private current = 0;
  private slowFrames = 0;
  private fastFrames = 0;

  get level(): number {
    return this.current;
  }

  record(frameMs: number): void {
    this.slowFrames = frameMs > slowMs ? this.slowFrames + 1 : 0;
    this.fastFrames = frameMs < fastMs ? this.fastFrames + 1 : 0;
    if (this.slowFrames === slowFramesToCoarsen) this.change(+1);
    if (this.fastFrames === fastFramesToRefine) this.change(-1);
  }

  private change(step: number): void {
    this.current = Math.min(coarsestLevel, Math.max(0, this.current + step));
    this.slowFrames = 0;
    this.fastFrames = 0;
  }
}
