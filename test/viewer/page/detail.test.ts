import { describe, expect, it } from '@jest/globals';
import { coarsestLevel, DetailGovernor } from '#viewer/page/detail.ts';

function feed(governor: DetailGovernor, frameMs: number, frames: number): number {
  for (let frame = 0; frame < frames; frame++) governor.record(frameMs);
  return governor.level;
}

describe('viewer/page/detail', () => {
  it('draws everything as long as frames come in time', () => {
    expect(feed(new DetailGovernor(1000), 16, 1000)).toBe(0);
  });

  it('begins coarse with a large scene, and is soon fine where frames are fast', () => {
    const governor = new DetailGovernor(2e6);
    expect(governor.level).toBe(1);
    expect(feed(governor, 16, 6)).toBe(0);
    expect(new DetailGovernor(1e9).level).toBe(coarsestLevel);
  });

  it('becomes coarser where frames are slow, at once by as many levels as that takes', () => {
    expect(feed(new DetailGovernor(1000), 60, 2)).toBe(1);
    expect(feed(new DetailGovernor(1000), 600, 2)).toBe(2);
    expect(feed(new DetailGovernor(1000), 5000, 20)).toBe(coarsestLevel);
  });

  it('sees slow frames through the fast ones that a browser queues between them', () => {
    const governor = new DetailGovernor(1000);
    for (const frameMs of [100, 17, 17, 100]) governor.record(frameMs);
    expect(governor.level).toBe(1);
  });

  it('takes no notice of a single slow frame', () => {
    const governor = new DetailGovernor(1000);
    for (const frameMs of [500, 16, 16, 16, 16, 500, 16, 16, 16]) governor.record(frameMs);
    expect(governor.level).toBe(0);
  });

  it('becomes finer again when frames have long been fast, and the later the oftener that was too fine', () => {
    const governor = new DetailGovernor(1000);
    feed(governor, 60, 2);
    expect(feed(governor, 16, 179)).toBe(1);
    expect(feed(governor, 16, 1)).toBe(0);
    feed(governor, 60, 2);
    expect(feed(governor, 16, 200)).toBe(1);
    expect(feed(governor, 16, 160)).toBe(0);
  });
});
