import type { SceneHeader } from '#viewer/scene-format.ts';
import { requireElement } from './elements.ts';
import { connectPanel } from './panel.ts';
import { connectPointer } from './pointer.ts';
import { ViewStrip } from './view-strip.ts';
import type { Viewer } from './viewer.ts';

/** Connects what people touch (panel, strip, pointer) with what it changes. */
export function connectControls(viewer: Viewer, canvas: HTMLCanvasElement, header: SceneHeader): void {
  const refresh = () => {
    showCounts(viewer, header);
    viewer.redraw();
  };
  const highlight = (view: number | undefined) => {
    viewer.cameras.highlight(view);
    strip.highlight(view);
    viewer.redraw();
  };
  const strip = new ViewStrip(header.views, {
    onFly: (view) => viewer.flyToCamera(view),
    onVisible: (view, visible) => {
      viewer.points.setVisible(view, visible);
      refresh();
    },
    onHover: highlight,
  });
  connectDisplay(viewer, header, refresh);
  connectCanvas(viewer, canvas, highlight);
  showHint('Drag to turn · right-drag to move · wheel to zoom');
  viewer.navigation.controls.addEventListener('start', () => showHint(measureHint(viewer)));
}

function connectDisplay(viewer: Viewer, { confidence }: SceneHeader, refresh: () => void): void {
  const thenRefresh =
    <Value>(apply: (value: Value) => void) =>
    (value: Value) => {
      apply(value);
      refresh();
    };
  connectPanel(confidence, {
    onMinLevel: thenRefresh((level) => viewer.points.setMinLevel(level)),
    onPointScale: thenRefresh((scale) => viewer.points.setPointScale(scale)),
    onCameraScale: thenRefresh((scale) => viewer.setCameraScale(scale)),
    onCamerasShown: thenRefresh((shown) => viewer.cameras.setShown(shown)),
    onMeasuring: thenRefresh((measuring) => {
      viewer.measure.setActive(measuring);
      showHint(measureHint(viewer));
    }),
    onReset: () => viewer.reset(),
  });
}

function connectCanvas(viewer: Viewer, canvas: HTMLCanvasElement, highlight: (view?: number) => void): void {
  let hovered: number | undefined;
  connectPointer(canvas, {
    onClick: (cursor) => {
      if (viewer.measure.active) viewer.measureAt(cursor);
      else viewer.flyToCamera(viewer.cameraAt(cursor));
    },
    onDoubleClick: (cursor) => {
      if (!viewer.measure.active) viewer.turnAbout(cursor);
    },
    onHover: (cursor) => {
      const camera = viewer.measure.active ? undefined : viewer.cameraAt(cursor);
      if (camera === hovered) return;
      hovered = camera;
      canvas.classList.toggle('over-camera', camera !== undefined);
      highlight(camera);
    },
  });
}

function showCounts(viewer: Viewer, { views }: SceneHeader): void {
  const total = views.reduce((sum, { pointCount }) => sum + pointCount, 0);
  const shown = viewer.points.shownCount;
  const points = shown === total ? format(total) : `${format(shown)} of ${format(total)}`;
  requireElement('counts', HTMLParagraphElement).textContent =
    `${points} points · ${views.length} ${views.length === 1 ? 'view' : 'views'}`;
}

function format(count: number): string {
  return count.toLocaleString('en');
}

function measureHint({ measure }: Viewer): string {
  return measure.active ? 'Click two points to measure between them · Esc to stop' : '';
}

function showHint(text: string): void {
  const hint = requireElement('hint', HTMLParagraphElement);
  if (text) hint.textContent = text;
  hint.classList.toggle('gone', !text);
}
