import { escapeHtml, jsonInScript, pageHead, scriptInPage } from '#export/embed-html.ts';
import { plotStyle } from './page-style.ts';
import type { PlotData } from './plot-data.ts';

export interface PlotPageParts {
  readonly title: string;
  readonly script: string;
  readonly data: PlotData;
}

/** The page refuses every network access by its own policy; all it needs is inside. */
const policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:";

export function plotPage({ title, script, data }: PlotPageParts): string {
  return `${pageHead({ title: `${title} – training`, policy, style: plotStyle })}
<body>
<header>
<h1>${escapeHtml(title)}</h1>
${controls}
</header>
<main>
<div id="runs"></div>
<div id="charts"></div>
<section id="samples" hidden>
<h2>Sample predictions</h2>
<p class="about">Each pair takes two rows: view 1 and view 2. Distances are from the camera of view 1, near is red, far is blue; predictions are scaled to the truth by their medians. Sure is red, unsure blue. Black is unknown.</p>
<div id="sample-grid"></div>
</section>
<p id="message" role="alert" hidden></p>
<noscript><p>This page draws curves with JavaScript. Please allow it and reload.</p></noscript>
</main>
<script type="application/json" id="data">${jsonInScript(data)}</script>
<script>${scriptInPage(script)}</script>
</body>
</html>
`;
}

const controls = `<div id="controls" role="group" aria-label="Charts">
<label>Smoothing <input id="smoothing" type="range" min="0" max="0.99" step="0.01"><output id="smoothing-value" for="smoothing"></output></label>
<label>Axis <select id="axis"><option value="step">steps</option><option value="epoch">epochs</option></select></label>
<button id="reset" type="button" disabled>Reset zoom</button>
<button id="theme" type="button">Light / dark</button>
<span class="hint">Drag to zoom · double-click or Esc to reset · arrow keys move the read-out</span>
</div>`;
