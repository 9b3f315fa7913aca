import { controlStyle } from './control-style.ts';

/** Colours of both schemes, the canvas and what floats over it. */
export const pageStyle = `
:root {
  color-scheme: dark light;
  --background: light-dark(#f1f2f4, #191a1c); --surface: light-dark(rgb(255 255 255 / 92%), rgb(34 35 38 / 92%));
  --line: light-dark(rgb(0 0 0 / 13%), rgb(255 255 255 / 9%)); --fill: light-dark(rgb(0 0 0 / 5%), rgb(255 255 255 / 6%));
  --fill-strong: light-dark(rgb(0 0 0 / 11%), rgb(255 255 255 / 13%)); --track: light-dark(rgb(0 0 0 / 20%), rgb(255 255 255 / 18%));
  --text: light-dark(#1d2024, #e4e5e7); --quiet: light-dark(#5a6069, #a0a4ab); --accent: light-dark(#2f6ea8, #8fb8de);
  --on-accent: light-dark(#fff, #16202a); --warning: light-dark(#8a5a00, #e8c07a);
  font: 13px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
* { box-sizing: border-box; }
html, body { height: 100%; margin: 0; overflow: hidden; color: var(--text); }
body { background: var(--background); }
[hidden] { display: none !important; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
#canvas:focus-visible { outline-offset: -2px; outline-width: 1px; }

#canvas { position: fixed; inset: 0; width: 100%; height: 100%; display: block; cursor: grab; touch-action: none; user-select: none; -webkit-user-select: none; }
#canvas:active { cursor: grabbing; }
#canvas.over-camera { cursor: pointer; }
body.measuring #canvas { cursor: crosshair; }
body.bare :is(#legend, #panel, #hint, nav) { display: none; }

#legend, #panel { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; }
#legend { position: fixed; top: 16px; left: 16px; max-width: min(420px, calc(100% - 330px)); padding: 9px 14px; pointer-events: none; }
#legend h1 { margin: 0; font-size: 15px; font-weight: 600; overflow-wrap: anywhere; }
#legend p { margin: 2px 0 0; }
#counts, #extent { color: var(--quiet); font-variant-numeric: tabular-nums; }
#extent:empty { display: none; }
#legend #note { margin-top: 6px; color: var(--warning); overflow-wrap: anywhere; }
#loading { width: 100%; accent-color: var(--accent); }
${controlStyle}
#hint { position: fixed; left: 50%; bottom: 144px; margin: 0; padding: 3px 12px; white-space: nowrap; transform: translateX(-50%); color: var(--text); background: var(--surface); border-radius: 12px; pointer-events: none; transition: opacity 0.6s; }
#hint.gone { opacity: 0; }

nav { position: fixed; left: 0; right: 0; bottom: 0; pointer-events: none; }
#strip { display: flex; gap: 8px; width: fit-content; max-width: 100%; overflow-x: auto; margin: 0 auto; padding: 4px 16px 12px; list-style: none; pointer-events: auto; scrollbar-width: thin; }
#strip li { position: relative; flex: none; width: 108px; padding: 5px; background: var(--surface); border: 1px solid var(--line); border-radius: 9px; }
#strip li.lit { border-color: var(--hue); }
#strip li.off .fly { opacity: 0.35; }
.fly { width: 100%; height: 68px; padding: 0; overflow: hidden; background: #101113; border: 0; border-radius: 5px; border-bottom: 3px solid var(--hue); }
.fly img { display: block; width: 100%; height: 100%; object-fit: cover; }
#strip label { padding: 5px 2px 1px; cursor: pointer; }
#strip label span { flex: 1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--quiet); }
.only { position: absolute; top: 8px; right: 8px; padding: 0 6px; font-size: 11px; color: #fff; background: rgb(0 0 0 / 60%); border: 0; border-radius: 8px; opacity: 0; }
#strip li:hover .only, .only:focus-visible { opacity: 1; }
@media (hover: none) { .only { opacity: 0.85; } }

#standing { display: flex; align-items: center; gap: 10px; width: fit-content; max-width: calc(100% - 20px); margin: 0 auto 6px; padding: 4px 6px; pointer-events: auto; background: var(--surface); border: 1px solid var(--line); border-radius: 10px; }
#standing strong { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; max-width: 30vw; }
#standing input { width: min(130px, 22vw); }
#standing:not([hidden]) ~ #strip { margin-top: 0; }

#measure { position: fixed; inset: 0; width: 100%; height: 100%; pointer-events: none; }
#measure * { visibility: hidden; }
#measure .shown { visibility: visible; }
#measure line { stroke: #fff; stroke-width: 2; stroke-dasharray: 6 4; filter: drop-shadow(0 0 2px #000); }
#measure circle { fill: rgb(25 26 28 / 60%); stroke: #fff; stroke-width: 2; filter: drop-shadow(0 0 2px #000); }
#distance { position: fixed; padding: 2px 9px; color: #16181b; background: #fff; border-radius: 10px; font-weight: 600; font-variant-numeric: tabular-nums; transform: translate(-50%, -150%); pointer-events: none; white-space: nowrap; }

#message, .message { position: fixed; inset: 0; display: grid; place-content: center; margin: 0; padding: 24px; text-align: center; font-size: 15px; background: var(--background); white-space: pre-line; }

@media (max-width: 640px), (max-height: 480px) {
  #legend { top: 10px; left: 10px; max-width: calc(100% - 130px); padding: 7px 12px; }
  #panel { top: 10px; right: 10px; max-height: calc(100% - 20px); }
  #panel:not([open]) { width: auto; }
  #panel[open] { z-index: 1; }
  #strip { padding: 4px 10px 8px; gap: 6px; }
  #strip li { width: 84px; }
  .fly { height: 52px; }
  #hint { bottom: 112px; }
}
@media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
`;
