import { describe, expect, it } from '@jest/globals';
import { bundlePage } from '#export/bundle-page.ts';
import { plotPageSource } from '#train/plot/page-source.ts';

describe('train/plot/page-source', () => {
  it('makes a script with the style and the licence of uPlot, in less than 0.1 MB', async () => {
    const script = await bundlePage(plotPageSource);
    expect(script).toMatch(/^\/\*!\s+Contains uPlot, .*\s+The MIT License \(MIT\)\s+Copyright \(c\)/);
    expect(script).toContain('.u-over');
    expect(script.length).toBeLessThan(1e5);
  });
});
