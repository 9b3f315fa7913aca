import { beforeAll, describe, expect, it } from '@jest/globals';
import type { ViewerScene } from '#viewer/viewer-scene.ts';
import { renderViewerFiles, renderViewerPage } from '#viewer/write-page.ts';
import { sceneOf, viewOf } from './small-scene.ts';

describe('viewer/write-page', () => {
  const hostile = `</script><script>alert('x')</script><img src=x onerror="alert(1)"> & <!--`;
  const view = viewOf({ name: hostile, size: 2, depth: () => 1 });
  const scene: ViewerScene = { ...sceneOf(view, view), title: hostile, note: hostile };
  let page = '';
  beforeAll(async () => {
    page = await renderViewerPage(scene);
  });

  it('escapes titles, notes and file names wherever they stand', () => {
    expect(page).not.toContain("alert('x')</script>");
    expect(page).not.toContain('<img src=x');
    expect(page).toContain('<title>&lt;/script&gt;&lt;script&gt;alert(&#39;x&#39;)');
  });

  it('has one closing tag for each script, so that no data or code ends one early', () => {
    // The header, the code, and a map and a photograph for each view.
    expect(page.match(/<script[ >]/g)).toHaveLength(6);
    expect(page.match(/<\/script/g)).toHaveLength(6);
    expect(page).not.toContain('<!--');
  });

  it('gives back the hostile texts to the page unchanged', () => {
    const json = /<script type="application\/json" id="scene">(.*?)<\/script>/.exec(page)?.[1] ?? '';
    const header = JSON.parse(json);
    expect([header.title, header.note, header.views[0].name]).toEqual([hostile, hostile, hostile]);
  });

  it('forbids itself the network and loads nothing', () => {
    expect(page).toContain(`content="default-src 'none';`);
    expect(page).not.toContain('connect-src');
    expect(page).not.toMatch(/<(script|link|img)[^>]*(src|href)="(?!data:)/);
  });

  it('carries the licence of three.js in full', () => {
    expect(page).toContain('Copyright © 2010-2026 three.js authors');
    expect(page).toContain('The above copyright notice and this permission notice shall be included');
  });

  it('can keep its data in files beside the page, which may then read its own server and nothing else', async () => {
    const files = new Map(await renderViewerFiles(scene));
    expect([...files.keys()]).toEqual([
      'viewer/view-000.bin',
      'viewer/view-000.jpg',
      'viewer/view-001.bin',
      'viewer/view-001.jpg',
      'index.html',
    ]);
    expect(files.get('index.html')).toContain(`connect-src 'self'`);
    expect(files.get('index.html')?.length).toBeLessThan(page.length);
  });
});
