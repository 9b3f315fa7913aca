/** A frame that has waited this long for its turn shows that the GPU cannot keep up. */
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

  /** `waitMs`: from the request for a frame until the browser granted it. */
  record(waitMs: number): void {
    this.slowFrames = waitMs > slowMs ? this.slowFrames + 1 : 0;
    this.fastFrames = waitMs < fastMs ? this.fastFrames + 1 : 0;
    if (this.slowFrames === slowFramesToCoarsen) this.change(+1);
    if (this.fastFrames === fastFramesToRefine) this.change(-1);
  }

  private change(step: number): void {
    this.current = Math.min(coarsestLevel, Math.max(0, this.current + step));
    this.slowFrames = 0;
    this.fastFrames = 0;
  }
}
