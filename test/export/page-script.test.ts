import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { buildPage, bundlePage } from '#export/bundle-page.ts';
import { loadPageScript, type PageSource } from '#export/page-script.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

describe('export/page-script', () => {
  const inFolder = useTemporaryFolder();

  /** A page whose script adds two numbers by a library of its own. */
  function smallPage(): PageSource {
    mkdirSync(inFolder('node_modules/adder/dist'), { recursive: true });
    writeFileSync(inFolder('node_modules/adder/package.json'), '{ "name": "adder", "main": "dist/adder.js" }');
    writeFileSync(inFolder('node_modules/adder/dist/adder.js'), 'exports.add = (a, b) => a + b;');
    writeFileSync(inFolder('node_modules/adder/dist/adder.css'), 'p { color: "red" }');
    writeFileSync(inFolder('node_modules/adder/LICENSE'), 'Do as you please.');
    writeFileSync(inFolder('main.ts'), "import { add } from 'adder'; globalThis.answer = [add(1, 2), adderStyle];");
    return {
      entry: pathToFileURL(inFolder('main.ts')),
      prebuilt: pathToFileURL(inFolder('page.js')),
      library: { name: 'Adder', homepage: 'https://adder.example', package: 'adder' },
      styles: { adderStyle: 'dist/adder.css' },
    };
  }

  it('bundles library, style and licence where nothing is prebuilt', async () => {
    const script = await loadPageScript(smallPage());
    expect(script).toMatch(/^\/\*!\nContains Adder, https:\/\/adder\.example\n\nDo as you please\.\*\//);
    const page: { answer?: unknown } = {};
    new Function('globalThis', script)(page);
    expect(page.answer).toEqual([3, 'p { color: "red" }']);
  });

  it('takes what the package has prebuilt, which is the same', async () => {
    const source = smallPage();
    await buildPage(source, inFolder('page.js'));
    expect(await readFile(inFolder('page.js'), 'utf8')).toBe(await bundlePage(source));
    writeFileSync(inFolder('page.js'), 'prebuilt');
    expect(await loadPageScript(source)).toBe('prebuilt');
  });
});
