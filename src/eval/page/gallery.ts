import type { EvalReport, PairFacts, PairRow } from '#eval/report.ts';
import type { EvalSample } from '#eval/sample.ts';
import { escapeHtml } from '#export/embed-html.ts';
import { chooseExamples, type Example } from './choose-examples.ts';
import { methodSwatch } from './draw-chart.ts';
import { largestShownError, samplePictures, type ViewPictures } from './sample-pictures.ts';
import { degreesText, percentText } from './shown-figure.ts';

/** Example pairs of each method that gives depth maps; nothing without samples. */
export function gallery(report: EvalReport, samples: readonly EvalSample[]): string {
  const examples = chooseExamples(report, samples);
  if (examples.size === 0) return '';
  const sections = report.methods.flatMap(({ name }, index) => {
    const pairs = (examples.get(name) ?? []).map((example) => pairSection(example, report.pairs[example.sample.pair]));
    return pairs.length > 0 ? [`<h3>${methodSwatch(index)}${escapeHtml(name)}</h3>\n${pairs.join('\n')}`] : [];
  });
  return `<section>
<h2>Example pairs</h2>
<p class="about">The best, the middle and the worst of the pairs that were kept for pictures, a row for each view. Depth: near is red, far blue, all
maps of a pair in the same colours, estimates scaled as they were scored. Confidence: sure is red, unsure blue.
Relative error: blue is 0, red ${percentText(largestShownError)} and more. Black is unknown.</p>
${sections.join('\n')}
</section>`;
}

function pairSection({ rank, sample, row }: Example, facts: PairFacts | undefined): string {
  const [first, second] = sample.views;
  const overlap = typeof facts?.overlap === 'number' ? `, overlap ${percentText(facts.overlap)}` : '';
  const title = `${rank}: ${facts?.scene ?? ''} · ${first.name} and ${second.name}${overlap}`;
  const pictures = samplePictures(sample.views);
  const rows = pictures.map((view, v) => viewRow(view, sample.views[v]?.name ?? '', row.depths?.[v]?.absRel));
  return `<article class="example">
<h4>${escapeHtml(title)}</h4>
<p class="about">${escapeHtml(scoresOf(row))}</p>
${rows.join('\n')}
</article>`;
}

function scoresOf({ pose, pointmap }: PairRow): string {
  const translation =
    typeof pose?.translationDeg === 'number' ? `, translation ${degreesText(pose.translationDeg)}` : '';
  const angles = pose && `Rotation ${degreesText(pose.rotationDeg)}${translation} off.`;
  return [
    ...(angles ? [pose.failed ? 'No pose was found.' : angles] : []),
    ...(pointmap ? [`Pointmap error ${percentText(pointmap.error)}.`] : []),
  ].join(' ');
}

function viewRow(view: ViewPictures, name: string, absRel: number | undefined): string {
  const error = absRel === undefined ? 'relative error' : `relative error: ${percentText(absRel)}`;
  const pictures: [png: Uint8Array | undefined, caption: string][] = [
    [view.image, name],
    [view.trueDepth, 'true depth'],
    [view.depth, 'estimated depth'],
    [view.confidence, 'confidence'],
    [view.error, error],
  ];
  const figures = pictures.flatMap(([png, caption]) => (png ? [figure(view, png, { name, caption })] : []));
  return `<div class="views">${figures.join('')}</div>`;
}

interface Labels {
  readonly name: string;
  readonly caption: string;
}

function figure({ width, height }: ViewPictures, png: Uint8Array, { name, caption }: Labels): string {
  const alt = escapeHtml(caption === name ? `photograph ${name}` : `${caption} of ${name}`);
  const source = `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
  return `<figure><img alt="${alt}" width="${width}" height="${height}" src="${source}"><figcaption>${escapeHtml(caption)}</figcaption></figure>`;
}
