/** Text as the content of an HTML element or of a quoted attribute. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** JSON in which no text can end the script element that holds it. */
export function jsonInScript(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

/** JavaScript that cannot end its element: in strings, templates and expressions `\/` is `/` and `\x3c!--` is `<!--`. */
export function scriptInPage(script: string): string {
  return script.replaceAll('</script', '<\\/script').replaceAll('<!--', '\\x3c!--');
}

/** What pages may do that need neither network nor script. */
export const scriptlessPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** From the doctype to the end of the head of a page that is one file. The title is escaped here. */
export function pageHead({ title, policy, style }: { title: string; policy: string; style: string }): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>`;
}
