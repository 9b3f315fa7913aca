/** The panel, and every slider and button of the page. */
export const controlStyle = `
#panel { position: fixed; top: 16px; right: 16px; width: 284px; max-height: calc(100% - 160px); overflow: auto; padding: 4px 16px; scrollbar-width: thin; }
#panel[open] { padding-bottom: 10px; }
summary { padding: 6px 0; cursor: pointer; color: var(--quiet); user-select: none; }
summary:hover { color: var(--text); }
#panel > summary { font-weight: 600; color: var(--text); }
.field { display: grid; grid-template-columns: 1fr auto; gap: 2px 8px; padding: 5px 0; }
.field input[type=range], #histogram, #use-automatic { grid-column: 1 / 3; }
.field output { color: var(--quiet); font-variant-numeric: tabular-nums; }
.row { display: flex; justify-content: space-between; align-items: center; gap: 8px; padding: 4px 0; }
.pair { display: flex; gap: 5px; align-items: center; }
label { display: flex; align-items: center; gap: 7px; }

#histogram { width: calc(100% - 14px); height: 34px; margin: 2px 7px -2px; }
#bars { fill: var(--accent); }
#bars-below { fill: var(--track); }
#automatic { stroke: var(--warning); stroke-width: 2; vector-effect: non-scaling-stroke; stroke-dasharray: 3 2; }
#use-automatic { justify-self: start; color: var(--warning); }

input { accent-color: var(--accent); margin: 0; }
input[type=range] { width: 100%; height: 18px; appearance: none; background: none; cursor: pointer; }
input[type=range]::-webkit-slider-runnable-track { height: 3px; border-radius: 2px; background: var(--track); }
input[type=range]::-moz-range-track { height: 3px; border-radius: 2px; background: var(--track); }
input[type=range]::-webkit-slider-thumb { appearance: none; width: 14px; height: 14px; margin-top: -5.5px; border-radius: 50%; background: var(--accent); }
input[type=range]::-moz-range-thumb { width: 14px; height: 14px; border: 0; border-radius: 50%; background: var(--accent); }
input[type=range]:disabled { opacity: 0.4; cursor: default; }
input[type=color] { width: 30px; height: 24px; padding: 1px; background: none; border: 1px solid var(--line); border-radius: 7px; cursor: pointer; }

.segments { display: flex; margin: 2px 0 6px; padding: 2px; background: var(--fill); border-radius: 8px; }
.segments label { flex: 1; justify-content: center; padding: 3px; border-radius: 6px; cursor: pointer; }
.segments label:has(:checked) { color: var(--on-accent); background: var(--accent); }
.segments label:has(:focus-visible) { outline: 2px solid var(--accent); outline-offset: 2px; }
.segments input { position: absolute; opacity: 0; pointer-events: none; }

button { font: inherit; color: inherit; cursor: pointer; }
:is(.buttons, .pair, #standing, .field) button { padding: 3px 8px; white-space: nowrap; background: var(--fill); border: 1px solid var(--line); border-radius: 7px; }
:is(.buttons, .pair, #standing, .field) button:hover { background: var(--fill-strong); }
.buttons { display: flex; gap: 5px; font-size: 12px; padding: 8px 0 6px; }
.buttons button { flex: auto; padding: 5px 4px; }
.buttons kbd { padding: 0 3px; }
.buttons button[aria-pressed=true] { color: var(--on-accent); background: var(--accent); }
.buttons button[aria-pressed=true] kbd { color: inherit; border-color: currentcolor; }
kbd { padding: 0 4px; font: 11px system-ui, sans-serif; color: var(--quiet); border: 1px solid var(--line); border-radius: 4px; }
dl { display: grid; grid-template-columns: auto 1fr; gap: 4px 12px; margin: 2px 0 4px; }
dt { color: var(--text); }
dd { margin: 0; color: var(--quiet); }
`;
