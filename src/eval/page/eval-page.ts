import { join } from 'node:path';
import type { EvalReport, MethodReport } from '#eval/report.ts';
import type { EvalSample } from '#eval/sample.ts';
import { escapeHtml, pageHead, scriptlessPolicy } from '#export/embed-html.ts';
import { writeFileAtomically } from '#files/atomic-file.ts';
import { makeFolder } from '#files/folder.ts';
import { drawChart } from './draw-chart.ts';
import { gallery } from './gallery.ts';
import { evalStyle } from './page-style.ts';
import { reportCharts } from './report-charts.ts';
import { scoreTables } from './score-tables.ts';

/**
 * Writes index.html into a folder, which is made: scores, charts and example pairs in one file that needs neither
 * network nor script.
 * @returns its path
 * @throws Error, one line, where the folder or the file cannot be written
 */
export async function writeEvalPage(
  folder: string,
  report: EvalReport,
  samples: readonly EvalSample[],
): Promise<string> {
  await makeFolder(folder);
  const path = join(folder, 'index.html');
  await writeFileAtomically(path, renderEvalPage(report, samples));
  return path;
}

/** The page as a text. It refuses every network access and every script by its own policy. */
export function renderEvalPage(report: EvalReport, samples: readonly EvalSample[]): string {
  const { dataset, methods } = report;
  const title = `Evaluation on ${dataset.name}`;
  return `${pageHead({ title, policy: scriptlessPolicy, style: evalStyle })}
<body>
<header>
<h1>${escapeHtml(title)}</h1>
${factLines(report)}
</header>
<main>
<h2>Scores</h2>
<p class="about">The best of a column is bold.</p>
${scoreTables(report)}
<h2>Charts</h2>
<div class="grid">
${reportCharts(report).map(drawChart).join('\n')}
</div>
${gallery(report, samples)}
<section>
<h2>How it was measured</h2>
<dl>${Object.entries(report.protocol).map(definition).join('\n')}</dl>
<h3>Settings of the methods</h3>
<dl>${methods.map(settingsOf).join('\n')}</dl>
</section>
</main>
</body>
</html>
`;
}

function factLines({ dataset, pairs, scenes }: EvalReport): string {
  const choice = Object.entries(dataset.choice).map(([name, value]) => `${name} ${value}`);
  const facts = [`${pairs.length} pairs`, ...(scenes.length > 0 ? [`${scenes.length} scenes`] : []), ...choice];
  const notes = dataset.notes.map((note) => `<p class="note">${escapeHtml(note)}</p>`);
  return [`<p>${escapeHtml(facts.join(' · '))}</p>`, ...notes].join('\n');
}

function definition([name, text]: readonly [string, string]): string {
  return `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(text)}</dd>`;
}

function settingsOf({ name, settings }: MethodReport): string {
  const values = Object.entries(settings).map(([setting, value]) => `${setting} ${value}`);
  return definition([name, values.join(' · ') || 'none']);
}
