import { escapeHtml, scriptlessPolicy } from '#export/embed-html.ts';
import {
  type CheckedData,
  type CheckItem,
  type DatasetReport,
  type SamplePair,
  type SequenceReport,
  scopeOf,
} from './check-report.ts';
import { type PairPictures, pairPictures } from './sample-pictures.ts';

/** One self-contained HTML page: verdicts, overlaps, and pairs to look at. It needs no script and no network. */
export async function renderCheckPage({ report, samples }: CheckedData): Promise<string> {
  const pictures: string[] = [];
  for (const sample of samples) pictures.push(pairSection(sample, await pairPictures(sample)));
  const title = escapeHtml(`${report.root}: ${report.verdict}`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${scriptlessPolicy}">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<h1>${title}</h1>
${[...report.sequences, ...report.datasets].map(partSection).join('\n')}
<h2>Sample pairs</h2>
<p>Red is near, blue is far, black has no depth. On the right, above: the second image as the first camera sees it; below:
both on each other. Wherever edges are double, poses, depth or intrinsics are off.</p>
${pictures.join('\n')}
</body>
</html>
`;
}

const style = `
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1200px; padding: 0 1rem; color: #222; background: #fff }
table { border-collapse: collapse } td, th { padding: .2rem .8rem .2rem 0; text-align: left; vertical-align: top }
.ok { color: #17692b } .warning { color: #8a5a00 } .error { color: #a8071a; font-weight: bold }
.bars { display: flex; align-items: end; gap: 4px; height: 80px; margin: .5rem 0 0 }
.bars i { width: 40px; background: #4472a8 } .labels { display: flex; gap: 4px; font-size: 12px } .labels span { width: 40px }
.pair { display: grid; grid-template-columns: repeat(3, 1fr); gap: 6px; margin-bottom: 2rem } .pair img { width: 100%; display: block }
figure { margin: 0 } figcaption { font-size: 13px; color: #555 }`;

function partSection(part: SequenceReport | DatasetReport): string {
  return `<h2>${escapeHtml(part.label)}</h2>
<p>${scopeOf(part)}</p>
<table>${part.items.map(itemRow).join('')}</table>
${histogram(part.overlaps)}`;
}

function itemRow({ name, verdict, found, advice, files = [] }: CheckItem): string {
  const lines = [found, ...(advice === undefined ? [] : [advice]), ...files].map(escapeHtml).join('<br>');
  return `<tr><td class="${verdict}">${verdict}</td><th>${escapeHtml(name)}</th><td>${lines}</td></tr>`;
}

function histogram(overlaps: readonly number[]): string {
  const most = Math.max(1, ...overlaps);
  const bars = overlaps.map((count) => `<i style="height:${Math.round((78 * count) / most)}px" title="${count}"></i>`);
  const labels = overlaps.map((count, bin) => `<span>${(bin / 10).toFixed(1)}–<br>${count}</span>`);
  return `<div class="bars">${bars.join('')}</div><div class="labels">${labels.join('')}</div><p>pairs by overlap</p>`;
}

function pairSection({ views: [a, b], overlap }: SamplePair, pictures: PairPictures): string {
  const figure = (jpeg: Uint8Array, caption: string) =>
    `<figure><img alt="${escapeHtml(caption)}" src="data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}"><figcaption>${escapeHtml(caption)}</figcaption></figure>`;
  return `<h3>${escapeHtml(`${a.label}: ${a.instance} and ${b.instance}, overlap ${overlap}`)}</h3>
<div class="pair">${[
    figure(pictures.images[0], a.instance),
    figure(pictures.depths[0], `depth of ${a.instance}`),
    figure(pictures.warped, `${b.instance} seen from ${a.instance}`),
    figure(pictures.images[1], b.instance),
    figure(pictures.depths[1], `depth of ${b.instance}`),
    figure(pictures.overlay, 'both on each other'),
  ].join('')}</div>`;
}
