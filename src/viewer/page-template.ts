import { pageStyle } from './page-style.ts';

export interface PageParts {
  /** HTML text. */
  readonly title: string;
  /** JavaScript that cannot end its element. */
  readonly script: string;
  /** JSON that cannot end its element. */
  readonly header: string;
  /** Base64, one per view. */
  readonly blocks: readonly string[];
}

/** The page refuses every network access by its own policy; all it needs is inside. */
const policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:";

export function pageHtml({ title, script, header, blocks }: PageParts): string {
  const data = blocks.map(
    (block, view) => `<script type="application/octet-stream" id="view-${view}">${block}</script>`,
  );
  return [
    `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${pageStyle}</style>
</head>
<body>
${canvas}
<header id="legend">
<h1>${title}</h1>
<p id="counts" role="status">Loading …</p>
<p id="note" hidden></p>
</header>
${panel}
<p id="hint" role="status"></p>
<nav aria-label="Views"><ul id="strip"></ul></nav>
<p id="message" role="alert" hidden></p>
<noscript><p class="message">This page draws the reconstruction with JavaScript. Please allow it and reload.</p></noscript>
<script type="application/json" id="scene">${header}</script>`,
    ...data,
    `<script>${script}</script>
</body>
</html>
`,
  ].join('\n');
}

export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

const canvas = `<canvas id="canvas" tabindex="0" role="application" aria-label="3D view of the reconstruction: arrow keys move, Shift and arrow keys turn, plus and minus zoom"></canvas>
<svg id="measure" aria-hidden="true"><line></line><circle r="5"></circle><circle r="5"></circle></svg>
<output id="distance" hidden></output>`;

const panel = `<details id="panel" open>
<summary>Display</summary>
<div class="field">
<label for="confidence">Confidence</label><output for="confidence" id="confidence-value"></output>
<input id="confidence" type="range" min="0" max="255" step="1" value="0">
</div>
<div class="field">
<label for="point-size">Point size</label><output for="point-size" id="point-size-value"></output>
<input id="point-size" type="range" min="-2" max="2" step="0.1" value="0">
</div>
<div class="field">
<label><input id="cameras" type="checkbox" checked>Cameras</label><output for="camera-size" id="camera-size-value"></output>
<input id="camera-size" type="range" min="-3" max="3" step="0.1" value="0" aria-label="Camera size">
</div>
<div class="buttons">
<button id="measure-toggle" type="button" aria-pressed="false" aria-keyshortcuts="M">Measure <kbd>M</kbd></button>
<button id="reset" type="button" aria-keyshortcuts="R">Reset view <kbd>R</kbd></button>
</div>
<details id="help">
<summary>Mouse and keys</summary>
<dl>
<dt>Drag</dt><dd>turn</dd>
<dt>Right-drag</dt><dd>move</dd>
<dt>Wheel</dt><dd>zoom to pointer</dd>
<dt>Double-click</dt><dd>turn about a point</dd>
<dt>Click a camera</dt><dd>see what it saw</dd>
<dt><kbd>M</kbd></dt><dd>measure</dd>
<dt><kbd>R</kbd></dt><dd>reset the view</dd>
</dl>
</details>
</details>`;
