import { darkPalette, lightPalette } from '#export/page-palette.ts';

export const evalStyle = `
:root {
  ${lightPalette}
  font: 14px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
@media screen and (prefers-color-scheme: dark) {
  :root { ${darkPalette} }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1500px; padding: 20px 24px 48px; background: var(--background); color: var(--text); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
h1, h2, h3, h4 { overflow-wrap: anywhere; }
h1 { margin: 0 0 6px; font-size: 20px; }
h2 { margin: 32px 0 10px; font-size: 17px; }
h3 { margin: 18px 0 6px; font-size: 14px; }
h4 { margin: 0; font-size: 13px; }

.about, figcaption { color: var(--quiet); font-size: 12px; }
.about { margin: 2px 0 6px; max-width: 110ch; }
.note { color: var(--warning); }

.scroll { overflow-x: auto; margin: 0 0 18px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { padding: 4px 0; text-align: left; font-weight: 600; }
th, td { padding: 4px 16px 4px 0; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
thead th { color: var(--quiet); font-weight: normal; font-size: 12px; vertical-align: bottom; }
tr > :first-child { text-align: left; }
.swatch { width: 22px; height: 8px; margin-right: 7px; stroke-width: 2.5; vertical-align: middle; }

.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(420px, 100%), 1fr)); gap: 14px; align-items: start; }
.chart, .example { margin: 0; min-width: 0; padding: 10px 14px; background: var(--surface); border: 1px solid var(--line); border-radius: 10px; }
.chart h3 { margin: 0; }
.plot { display: block; width: 100%; height: auto; }
.plot text { fill: var(--quiet); font-size: 11px; }
.plot .grid { stroke: var(--line); stroke-width: 1; }
.plot polyline { fill: none; stroke-width: 2; stroke-linejoin: round; }
.plot .thin, .swatch .thin { stroke-width: 1.5; }
.plot circle { fill-opacity: 0.45; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 16px; margin: 4px 0; padding: 0; list-style: none; font-size: 12px; }
details { margin: 4px 0; font-size: 12px; }
summary { cursor: pointer; color: var(--accent); }
details .scroll { max-height: 320px; overflow: auto; }

.example { margin-bottom: 14px; }
.views { display: grid; grid-template-columns: repeat(5, minmax(0, 256px)); gap: 6px; margin-top: 6px; }
.views figure { margin: 0; }
.views img { display: block; width: 100%; height: auto; border-radius: 4px; }
dl { display: grid; grid-template-columns: max-content minmax(0, 100ch); gap: 4px 16px; }
dt { font-weight: 600; }
dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 700px) {
  body { padding: 14px; }
  .views { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  dl { display: block; }
}
`;
