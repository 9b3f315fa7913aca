import { describe, expect, it } from '@jest/globals';
import { encodeFileVersion, encodeLogEvent, eventFileName } from '#export/tfevents.ts';

/** Written by RecordWriter and the protocol buffers of tensorboard 2.21.0, at wall time 1700000000.25. */
const golden = {
  version: '1800000000000000a37f4b220900001040fc54d9411a0d627261696e2e4576656e743a32338d2fe9',
  scalars:
    '3500000000000000d6c55de60900001040fc54d9411080e497d0122a240a110a0a747261696e5f6c6f7373150000c0be' +
    '0a0f0a085072c3bc66756e67150000807f9ec4cdd2',
  image:
    '2a00000000000000ae8d91f50900001040fc54d94110ac022a1c0a1a0a0673616d706c65221008ac02100218032207' +
    '89504e472e2e2e8ec6df6d',
  start: '100000000000000095fbfe180900001040fc54d94110d10f3a0208016271d02a',
};
const wallTime = 1700000000.25;
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('export/tfevents', () => {
  it("opens a file as TensorBoard's own writer does", () => {
    expect(hex(encodeFileVersion(wallTime))).toBe(golden.version);
  });

  it("writes numbers as TensorBoard's own writer does: beyond 32 bits, infinite, under names that are not ASCII", () => {
    const scalars = { train_loss: -0.375, Prüfung: Number.POSITIVE_INFINITY };
    expect(hex(encodeLogEvent({ step: 5_000_000_000, scalars }, wallTime))).toBe(golden.scalars);
  });

  it("writes pictures as TensorBoard's own writer does", () => {
    const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x2e, 0x2e, 0x2e);
    const event = { step: 300, images: { sample: { png, width: 2, height: 300 } } };
    expect(hex(encodeLogEvent(event, wallTime))).toBe(golden.image);
  });

  it("writes a restart as TensorBoard's own writer does", () => {
    expect(hex(encodeLogEvent({ step: 2001, start: true }, wallTime))).toBe(golden.start);
  });

  it('refuses a step that is no place on an axis', () => {
    for (const step of [-1, 0.5, Number.NaN])
      expect(() => encodeLogEvent({ step, scalars: {} }, wallTime)).toThrow(`whole number from 0, got ${step}`);
  });

  it('names files so that their order is that of their contents', () => {
    const names = [eventFileName(5, 9), eventFileName(5, 10), eventFileName(1_000_000_000, 0)];
    expect(names.toSorted()).toEqual(names);
  });
});
