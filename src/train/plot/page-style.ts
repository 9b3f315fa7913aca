import { darkPalette, lightPalette } from '#export/page-palette.ts';

export const plotStyle = `
:root {
  ${lightPalette}
  font: 14px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
:root[data-theme=dark] {
  ${darkPalette}
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--background); color: var(--text); }
[hidden] { display: none !important; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }

header { position: sticky; top: 0; z-index: 2; padding: 10px 24px; background: var(--background); border-bottom: 1px solid var(--line); }
h1 { margin: 0 0 6px; font-size: 17px; overflow-wrap: anywhere; }
h2 { margin: 28px 0 10px; font-size: 15px; overflow-wrap: anywhere; }
h3 { margin: 0; font-size: 13px; overflow-wrap: anywhere; }
main { max-width: 1800px; margin: 0 auto; padding: 16px 24px 48px; }
#controls { display: flex; flex-wrap: wrap; gap: 6px 20px; align-items: center; }
label { display: inline-flex; align-items: center; gap: 7px; }
input { accent-color: var(--accent); margin: 0; }
output, b, td { font-variant-numeric: tabular-nums; }
button, select { font: inherit; color: inherit; padding: 3px 10px; background: var(--surface); border: 1px solid var(--line); border-radius: 7px; }
button { cursor: pointer; }
button:hover:enabled { border-color: var(--quiet); }
button:disabled { opacity: 0.5; cursor: default; }
button[aria-pressed=true] { color: var(--surface); background: var(--accent); border-color: var(--accent); }
.hint, .about { color: var(--quiet); font-size: 12px; }
.about { margin: 2px 0 6px; min-height: 1.45em; }

table { border-collapse: collapse; }
#runs { overflow-x: auto; }
.runs th, .runs td { padding: 4px 20px 4px 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
.runs thead th { color: var(--quiet); font-weight: normal; font-size: 12px; white-space: nowrap; }
.swatch { flex: none; display: inline-block; width: 16px; height: 0; border-top: 3px solid currentcolor; vertical-align: middle; margin-right: 5px; }
.swatch.dashed { border-top-style: dashed; }

.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(430px, 100%), 1fr)); gap: 14px; }
.chart { min-width: 0; padding: 10px 14px; background: var(--surface); border: 1px solid var(--line); border-radius: 10px; }
.heading { display: flex; justify-content: space-between; align-items: start; gap: 10px; }
.heading button { padding: 0 8px; font-size: 12px; }
.plot { width: 100%; height: 230px; border-radius: 4px; }
.u-select { background: color-mix(in srgb, var(--accent) 25%, transparent); }
.readout { display: flex; flex-wrap: wrap; gap: 2px 16px; margin: 6px 0 0; padding: 0; list-style: none; font-size: 12px; color: var(--quiet); }
.readout b { color: var(--text); font-weight: 600; }
.readout .where { min-width: 6em; font-variant-numeric: tabular-nums; }
.warning { color: var(--warning); }

#sample-grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(600px, 100%), 1fr)); gap: 14px; align-items: start; }
.samples { margin: 0; padding: 12px 14px; background: var(--surface); border: 1px solid var(--line); border-radius: 10px; }
.samples input { width: 100%; margin: 8px 0; }
.samples img { display: block; width: 100%; image-rendering: auto; border-radius: 4px; }
.samples .columns { display: grid; grid-template-columns: repeat(4, 1fr); padding-bottom: 3px; font-size: 12px; color: var(--quiet); text-align: center; }
@media (max-width: 700px), (max-height: 500px) {
  header { position: static; padding: 10px 14px; }
  main { padding: 14px 14px 40px; }
  .runs th, .runs td { white-space: nowrap; }
}
.empty, #message { padding: 40px 0; color: var(--quiet); }
#message { color: var(--warning); }
`;
