import { describe, expect, it } from '@jest/globals';
import { formatLength } from '#viewer/page/measure-tool.ts';

describe('viewer/page/measure-tool: formatLength', () => {
  it('shows four digits that count, whatever the scale', () => {
    expect([0, 1, 0.123456, 12.3456, 1e-6, 1234567].map(formatLength)).toEqual([
      '0',
      '1',
      '0.1235',
      '12.35',
      '1.000e-6',
      '1.235e+6',
    ]);
  });
});
