import { describe, expect, it } from '@jest/globals';
import { escapeHtml, jsonInScript, scriptInPage } from '#export/embed-html.ts';

describe('export/embed-html', () => {
  it('escapes text for elements and attributes', () => {
    expect(escapeHtml(`<a b="c" d='e'>&`)).toBe('&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;');
  });

  it('embeds JSON and scripts that mention the end of a script, without changing what they say', () => {
    const value = { name: '</script><!--' };
    expect(jsonInScript(value)).not.toContain('<');
    expect(JSON.parse(jsonInScript(value))).toEqual(value);
    const script = scriptInPage('"</script><!--"');
    expect(script).not.toMatch(/<\/script|<!--/);
    expect(new Function(`return ${script}`)()).toBe('</script><!--');
  });
});
