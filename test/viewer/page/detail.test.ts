import { describe, expect, it } from '@jest/globals';
import { coarsestLevel, DetailGovernor } from '#viewer/page/detail.ts';

function feed(governor: DetailGovernor, frameMs: number, frames: number): number {
  for (let frame = 0; frame < frames; frame++) governor.record(frameMs);
  return governor.level;
}

describe('viewer/page/detail', () => {
  it('draws everything as long as frames come in time', () => {
    expect(feed(new DetailGovernor(), 16, 1000)).toBe(0);
  });

  it('becomes coarser while frames are slow, down to the coarsest level', () => {
    const governor = new DetailGovernor();
    expect(feed(governor, 200, 2)).toBe(1);
    expect(feed(governor, 200, 20)).toBe(coarsestLevel);
  });

  it('takes no notice of a single slow frame', () => {
    const governor = new DetailGovernor();
    feed(governor, 500, 1);
    expect(feed(governor, 16, 1)).toBe(0);
    expect(feed(governor, 500, 1)).toBe(0);
  });

  it('becomes finer again when frames have long been fast', () => {
    const governor = new DetailGovernor();
    feed(governor, 200, 2);
    expect(feed(governor, 16, 200)).toBe(0);
  });
});
