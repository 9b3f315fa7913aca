import { describe, expect, it } from '@jest/globals';
import { bundlePage } from '#export/bundle-page.ts';
import { viewerPageSource } from '#viewer/page-source.ts';

describe('viewer/page-source', () => {
  it('makes a script with the licence of three.js, in less than 0.8 MB', async () => {
    const script = await bundlePage(viewerPageSource);
    expect(script).toMatch(/^\/\*!\s+Contains three\.js, https:\/\/threejs\.org\s+The MIT License/);
    expect(script.length).toBeLessThan(0.8e6);
  });
});
