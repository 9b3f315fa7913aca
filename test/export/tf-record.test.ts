import { describe, expect, it } from '@jest/globals';
import { crc32c, encodeTfRecord } from '#export/tf-record.ts';

describe('export/tf-record', () => {
  it("has Castagnoli's checksum of the check string, and of RFC 3720's 32 zeros", () => {
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  });

  it('frames data by its length and two checksums', () => {
    const record = encodeTfRecord(Uint8Array.of(7, 8, 9));
    expect(record.length).toBe(8 + 4 + 3 + 4);
    expect([...record.subarray(0, 8)]).toEqual([3, 0, 0, 0, 0, 0, 0, 0]);
    expect([...record.subarray(12, 15)]).toEqual([7, 8, 9]);
  });
});
