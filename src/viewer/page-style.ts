export const pageStyle = `
:root {
  color-scheme: dark;
  --background: #191a1c; --surface: rgb(34 35 38 / 92%); --line: rgb(255 255 255 / 9%);
  --text: #e4e5e7; --quiet: #a0a4ab; --accent: #8fb8de; --warning: #e8c07a;
  font: 13px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
* { box-sizing: border-box; }
html, body { height: 100%; margin: 0; overflow: hidden; background: var(--background); color: var(--text); }
[hidden] { display: none !important; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
#canvas:focus-visible { outline-offset: -2px; outline-width: 1px; }

#canvas { position: fixed; inset: 0; width: 100%; height: 100%; display: block; cursor: grab; touch-action: none; }
#canvas:active { cursor: grabbing; }
#canvas.over-camera { cursor: pointer; }
body.measuring #canvas { cursor: crosshair; }

#legend, #panel { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; }
#legend { position: fixed; top: 16px; left: 16px; max-width: min(420px, calc(100% - 310px)); padding: 9px 14px; pointer-events: none; }
#legend h1 { margin: 0; font-size: 15px; font-weight: 600; overflow-wrap: anywhere; }
#legend p { margin: 2px 0 0; }
#counts { color: var(--quiet); font-variant-numeric: tabular-nums; }
#legend #note { margin-top: 6px; color: var(--warning); overflow-wrap: anywhere; }

#panel { position: fixed; top: 16px; right: 16px; width: 264px; max-height: calc(100% - 32px); overflow: auto; padding: 4px 16px; }
#panel[open] { padding-bottom: 10px; }
summary { padding: 6px 0; cursor: pointer; color: var(--quiet); user-select: none; }
summary:hover { color: var(--text); }
#panel > summary { font-weight: 600; color: var(--text); }
.field { display: grid; grid-template-columns: 1fr auto; gap: 2px 8px; padding: 6px 0; }
.field input[type=range] { grid-column: 1 / 3; }
.field output { color: var(--quiet); font-variant-numeric: tabular-nums; }
label { display: flex; align-items: center; gap: 7px; }
input { accent-color: var(--accent); margin: 0; }
input[type=range] { width: 100%; height: 18px; appearance: none; background: none; cursor: pointer; }
input[type=range]::-webkit-slider-runnable-track { height: 3px; border-radius: 2px; background: rgb(255 255 255 / 18%); }
input[type=range]::-moz-range-track { height: 3px; border-radius: 2px; background: rgb(255 255 255 / 18%); }
input[type=range]::-webkit-slider-thumb { appearance: none; width: 14px; height: 14px; margin-top: -5.5px; border-radius: 50%; background: var(--accent); }
input[type=range]::-moz-range-thumb { width: 14px; height: 14px; border: 0; border-radius: 50%; background: var(--accent); }
input[type=range]:disabled { opacity: 0.4; cursor: default; }

button { font: inherit; color: inherit; cursor: pointer; }
.buttons { display: flex; gap: 8px; padding: 8px 0 6px; }
.buttons button { flex: auto; padding: 5px 8px; white-space: nowrap; background: rgb(255 255 255 / 6%); border: 1px solid var(--line); border-radius: 7px; }
.buttons button:hover { background: rgb(255 255 255 / 12%); }
.buttons button[aria-pressed=true] { color: #16202a; background: var(--accent); }
.buttons button[aria-pressed=true] kbd { color: inherit; border-color: currentcolor; }
kbd { margin-left: 3px; padding: 0 4px; font: 11px system-ui, sans-serif; color: var(--quiet); border: 1px solid var(--line); border-radius: 4px; }
dl { display: grid; grid-template-columns: auto 1fr; gap: 4px 12px; margin: 2px 0 4px; }
dt { color: var(--text); }
dt kbd { margin-left: 0; }
dd { margin: 0; color: var(--quiet); }

#hint { position: fixed; left: 50%; bottom: 134px; margin: 0; padding: 3px 12px; white-space: nowrap; transform: translateX(-50%); color: var(--text); background: var(--surface); border-radius: 12px; pointer-events: none; transition: opacity 0.6s; }
#hint.gone { opacity: 0; }

nav { position: fixed; left: 0; right: 0; bottom: 0; overflow-x: auto; pointer-events: none; scrollbar-width: thin; }
#strip { display: flex; gap: 10px; width: max-content; margin: 0 auto; padding: 4px 16px 14px; list-style: none; pointer-events: auto; }
#strip li { width: 112px; padding: 5px; background: var(--surface); border: 1px solid var(--line); border-radius: 9px; }
#strip li.lit { border-color: var(--hue); }
#strip li.off .fly { opacity: 0.35; }
.fly { display: grid; place-items: center; width: 100%; height: 76px; padding: 0; overflow: hidden; color: var(--hue); background: #101113; border: 0; border-radius: 5px; border-bottom: 2px solid var(--hue); }
.fly img { width: 100%; height: 100%; object-fit: cover; }
#strip label { padding: 5px 2px 1px; cursor: pointer; }
#strip label span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--quiet); }

#measure { position: fixed; inset: 0; width: 100%; height: 100%; pointer-events: none; }
#measure * { visibility: hidden; }
#measure .shown { visibility: visible; }
#measure line { stroke: #fff; stroke-width: 1.5; stroke-dasharray: 5 4; }
#measure circle { fill: rgb(25 26 28 / 60%); stroke: #fff; stroke-width: 2; }
#distance { position: fixed; padding: 2px 9px; color: #16181b; background: #fff; border-radius: 10px; font-weight: 600; font-variant-numeric: tabular-nums; transform: translate(-50%, -150%); pointer-events: none; white-space: nowrap; }

#message, .message { position: fixed; inset: 0; display: grid; place-content: center; margin: 0; padding: 24px; text-align: center; font-size: 15px; background: var(--background); white-space: pre-line; }

@media (max-width: 640px), (max-height: 480px) {
  #legend { top: 10px; left: 10px; max-width: calc(100% - 130px); padding: 7px 12px; }
  #panel { top: 10px; right: 10px; max-height: calc(100% - 20px); }
  #panel:not([open]) { width: auto; }
  #strip { padding: 4px 10px 10px; gap: 8px; }
  #strip li { width: 84px; }
  .fly { height: 54px; }
  #hint { bottom: 110px; }
}
@media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
`;
