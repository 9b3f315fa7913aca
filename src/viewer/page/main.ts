import { confidenceToLevel, type SceneHeader } from '#viewer/scene-format.ts';
import { connectControls } from './connect-controls.ts';
import { requireElement } from './elements.ts';
import { loadPhotograph } from './photograph.ts';
import { openSource, takeText } from './scene-source.ts';
import { unpackMap } from './view-map.ts';
import { type LoadedView, Viewer } from './viewer.ts';

start().catch(showFailure);

async function start(): Promise<void> {
  const header: SceneHeader = JSON.parse(takeText('scene'));
  showNote(header.note);
  if (!document.createElement('canvas').getContext('webgl2')) {
    throw new Error(
      'This page draws with WebGL 2, which this browser does not offer.\nTurn on hardware acceleration in its settings, or open the page in a current Firefox, Chrome, Edge or Safari.',
    );
  }
  const views = await loadViews(header);
  const canvas = requireElement('canvas', HTMLCanvasElement);
  const minLevel = confidenceToLevel(header.minConfidence ?? 0, header.confidence);
  const viewer = new Viewer(canvas, header, views, minLevel);
  canvas.addEventListener('webglcontextlost', () => {
    showFailure(new Error('The graphics driver dropped this page. Reload it to go on.'));
  });
  connectControls(viewer, header, views);
  await viewer.start();
  document.documentElement.dataset['ready'] = 'true';
}

/** One view at a time, so that the page stays alive meanwhile. */
async function loadViews(header: SceneHeader): Promise<LoadedView[]> {
  const { views } = header;
  const source = openSource(header);
  const bar = Object.assign(requireElement('loading', HTMLProgressElement), { max: views.length, value: 0 });
  const loaded: LoadedView[] = [];
  for (const [index, view] of views.entries()) {
    requireElement('counts', HTMLElement).textContent = `Loading view ${index + 1} of ${views.length} …`;
    bar.value = index;
    await new Promise((resume) => setTimeout(resume));
    const map = await unpackMap(view, await source.map(index));
    loaded.push({ map, photograph: await loadPhotograph(source.photograph(index), view.name) });
  }
  bar.remove();
  return loaded;
}

function showNote(note: string | undefined): void {
  const element = requireElement('note', HTMLParagraphElement);
  element.textContent = note ?? '';
  element.hidden = !note;
}

function showFailure(error: unknown): void {
  const message = requireElement('message', HTMLParagraphElement);
  message.textContent = error instanceof Error ? error.message : String(error);
  message.hidden = false;
  document.documentElement.dataset['failed'] = 'true';
}
