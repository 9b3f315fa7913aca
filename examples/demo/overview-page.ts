import { evenly } from '#data/posed-rgbd-balance.ts';
import { evalStyle } from '#eval/page/page-style.ts';
import { samplePictures, type ViewPictures } from '#eval/page/sample-pictures.ts';
import { escapeHtml, pageHead, scriptlessPolicy } from '#export/embed-html.ts';
import { sceneRows, scoreLegend } from './score-table.ts';
import type { SolvedScene } from './solve-scene.ts';

const mostColumns = 5;

/** One page over all scenes: pictures, scores, and links to the scenes in 3D. It needs neither network nor script. */
export function overviewPage(title: string, scenes: readonly SolvedScene[]): string {
  const style = `${evalStyle}\na { color: var(--accent); }\n`;
  return `${pageHead({ title, policy: scriptlessPolicy, style })}
<body>
<header>
<h1>${escapeHtml(title)}</h1>
<p>Cameras and depth of every photograph, from the photographs alone. Depth: near is red, far blue. Confidence: sure is red, unsure blue. Black is unknown.</p>
</header>
<main>
${scoreSection(scenes)}
${scenes.map(sceneSection).join('\n')}
</main>
</body>
</html>
`;
}

function scoreSection(scenes: readonly SolvedScene[]): string {
  const [titles = [], ...rows] = sceneRows(scenes);
  const head = titles.map((title) => `<th scope="col">${escapeHtml(title)}</th>`).join('');
  const body = rows.map(([name = '', ...cells]) => {
    const values = cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('');
    return `<tr><th scope="row">${escapeHtml(name)}</th>${values}</tr>`;
  });
  return `<div class="scroll" tabindex="0" role="region" aria-label="Scores"><table>
<thead><tr>${head}</tr></thead>
<tbody>
${body.join('\n')}
</tbody></table></div>
<p class="about">${escapeHtml(scoreLegend)}</p>`;
}

function sceneSection({ name, views }: SolvedScene): string {
  const shown = evenly(views, mostColumns);
  const pictures = samplePictures(shown);
  const rows = (['image', 'depth', 'trueDepth', 'confidence'] as const).map((what) => {
    const figures = pictures.map((view, at) => figure(view, what, `${captions[what]} ${shown[at]?.name}`));
    return `<div class="views">${figures.join('')}</div>`;
  });
  const folder = encodeURIComponent(name);
  return `<section>
<h2>${escapeHtml(name)}</h2>
<p><a href="${folder}/index.html">Turn it in 3D</a> · <a href="${folder}/scores/index.html">Pair by pair</a></p>
${rows.join('\n')}
</section>`;
}

const captions = { image: 'photograph', depth: 'depth', trueDepth: 'true depth', confidence: 'confidence' } as const;

function figure(view: ViewPictures, what: keyof typeof captions, caption: string): string {
  const png = view[what];
  if (!png) return '<figure></figure>';
  const source = `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
  const text = escapeHtml(caption);
  return `<figure><img alt="${text}" width="${view.width}" height="${view.height}" src="${source}"><figcaption>${text}</figcaption></figure>`;
}
