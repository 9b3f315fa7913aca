import { panel, stage } from './page-controls.ts';
import { pageStyle } from './page-style.ts';

export interface PageParts {
  /** HTML text. */
  readonly title: string;
  /** JavaScript that cannot end its element. */
  readonly script: string;
  /** JSON that cannot end its element. */
  readonly header: string;
  /** Base64, one per view; none where they lie beside the page. */
  readonly data: readonly { readonly map: string; readonly photograph: string }[];
}

/** A page with its data inside refuses every network access by its own policy; another may read its own folder's server. */
function policy(isWhole: boolean): string {
  const own = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:";
  return isWhole ? own : `${own} 'self'; connect-src 'self'`;
}

export function pageHtml({ title, script, header, data }: PageParts): string {
  return [
    `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<meta http-equiv="Content-Security-Policy" content="${policy(data.length > 0)}">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${pageStyle}</style>
</head>
<body>
${stage}
<header id="legend">
<h1>${title}</h1>
<p id="counts" role="status">Loading …</p>
<p id="extent"></p>
<progress id="loading" aria-label="Loading"></progress>
<p id="note" hidden></p>
</header>
${panel}
<p id="message" role="alert" hidden></p>
<noscript><p class="message">This page draws the reconstruction with JavaScript. Please allow it and reload.</p></noscript>
<script type="application/json" id="scene">${header}</script>`,
    ...data.flatMap(({ map, photograph }, view) => [
      dataElement(`map-${view}`, map),
      dataElement(`photograph-${view}`, photograph),
    ]),
    `<script>${script}</script>
</body>
</html>
`,
  ].join('\n');
}

function dataElement(id: string, base64: string): string {
  return `<script type="application/octet-stream" id="${id}">${base64}</script>`;
}
