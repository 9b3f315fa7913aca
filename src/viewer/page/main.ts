import type { SceneHeader } from '#viewer/scene-format.ts';
import { connectControls } from './connect-controls.ts';
import { decodeView, type ViewPoints } from './decode-scene.ts';
import { requireElement } from './elements.ts';
import { Viewer } from './viewer.ts';

start().catch(showFailure);

async function start(): Promise<void> {
  const header: SceneHeader = JSON.parse(takeText('scene'));
  showNote(header.note);
  if (!document.createElement('canvas').getContext('webgl2')) {
    throw new Error(
      'This page draws with WebGL 2, which this browser does not offer.\nTurn on hardware acceleration in its settings, or open the page in a current Firefox, Chrome, Edge or Safari.',
    );
  }
  const clouds = await decodeViews(header);
  const canvas = requireElement('canvas', HTMLCanvasElement);
  const viewer = new Viewer(canvas, header.views, clouds);
  canvas.addEventListener('webglcontextlost', () => {
    showFailure(new Error('The graphics driver dropped this page. Reload it to go on.'));
  });
  await viewer.start();
  connectControls(viewer, canvas, header);
  document.documentElement.dataset['ready'] = 'true';
}

/** One view at a time, so that the page stays alive meanwhile. */
async function decodeViews({ views }: SceneHeader): Promise<ViewPoints[]> {
  const clouds: ViewPoints[] = [];
  for (const [index, view] of views.entries()) {
    requireElement('counts', HTMLElement).textContent = `Loading view ${index + 1} of ${views.length} …`;
    await new Promise((resume) => setTimeout(resume));
    clouds.push(decodeView(view, takeText(`view-${index}`)));
  }
  return clouds;
}

/** The text of a data element, which is removed: its memory is wanted. */
function takeText(id: string): string {
  const element = requireElement(id, HTMLScriptElement);
  element.remove();
  return element.text;
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
