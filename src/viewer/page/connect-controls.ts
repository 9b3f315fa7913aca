import type { SceneHeader } from '#viewer/scene-format.ts';
import { connectBackground } from './background.ts';
import { ConfidenceControl } from './confidence-control.ts';
import { requireElement } from './elements.ts';
import { connectKeys } from './keys.ts';
import { hintOf, showCounts, showExtent, showHint } from './legend.ts';
import { connectPanel } from './panel.ts';
import { connectPointer } from './pointer.ts';
import { savePicture } from './save-picture.ts';
import { Standing } from './standing.ts';
import { ViewStrip } from './view-strip.ts';
import type { LoadedView, Viewer } from './viewer.ts';

/** Connects what people touch (panel, strip, pointer, keys) with what it changes. */
export function connectControls(viewer: Viewer, header: SceneHeader, loaded: readonly LoadedView[]): void {
  const refresh = () => {
    showCounts(viewer.surfaces, header);
    viewer.redraw();
  };
  const highlight = (view: number | undefined) => {
    viewer.cameras.highlight(view);
    strip.highlight(view);
    viewer.redraw();
  };
  const confidence = new ConfidenceControl(header, viewer.surfaces, refresh);
  const standing = new Standing(viewer, header);
  const photographs = loaded.map(({ photograph }) => (photograph.image as HTMLImageElement).src);
  const strip = new ViewStrip(header.views, photographs, {
    onFly: (view) => standing.flyTo(view),
    onVisible: (visible) => {
      visible.forEach((shown, view) => {
        viewer.surfaces.setVisible(view, shown);
      });
      confidence.refresh();
      refresh();
    },
    onHover: highlight,
  });
  connectDisplay(viewer, refresh);
  connectButtons(viewer, standing, header.title);
  connectCanvas(viewer, standing, highlight);
  showExtent(viewer.bulk, header);
  showHint(hintOf(viewer.measure.active, true));
  viewer.navigation.controls.addEventListener('start', () => showHint(hintOf(viewer.measure.active, false)));
}

function connectDisplay(viewer: Viewer, refresh: () => void): void {
  const { surfaces, cameras, measure } = viewer;
  const thenRefresh =
    <Value>(apply: (value: Value) => void) =>
    (value: Value) => {
      apply(value);
      refresh();
    };
  connectPanel({
    onStyle: (style) => {
      surfaces.setStyle(style);
      if (style === 'mesh') buildMeshes(viewer);
      refresh();
    },
    onPointScale: thenRefresh((scale) => surfaces.setPointScale(scale)),
    onCameraScale: thenRefresh((scale) => viewer.setCameraScale(scale)),
    onCamerasShown: thenRefresh((shown) => cameras.setShown(shown)),
    onPathShown: thenRefresh((shown) => cameras.setPathShown(shown)),
    onMeasuring: thenRefresh((measuring) => {
      measure.setActive(measuring);
      showHint(hintOf(measuring, false));
    }),
  });
  connectBackground((color) => viewer.stage.setBackground(color));
}

/** One view after another, so that the page stays alive; a view without its mesh is shown as points meanwhile. */
function buildMeshes(viewer: Viewer): void {
  const isDone = !viewer.surfaces.buildNextMesh();
  viewer.stage.canvas.dataset['meshes'] = isDone ? 'done' : 'building';
  if (isDone) return;
  viewer.redraw();
  setTimeout(() => buildMeshes(viewer));
}

function connectButtons(viewer: Viewer, standing: Standing, title: string): void {
  const onPress = (id: string, act: () => void) => requireElement(id, HTMLButtonElement).addEventListener('click', act);
  onPress('reset', () => {
    standing.stepAside();
    viewer.reset();
  });
  onPress('save-picture', () => {
    viewer.stage.picture().then(
      (picture) => savePicture(picture, title),
      (error: Error) => showHint(error.message),
    );
  });
  connectKeys({
    onNextCamera: (step) => standing.step(step),
    onEscape: () => {
      if (viewer.measure.active) requireElement('measure-toggle', HTMLButtonElement).click();
      else standing.leave();
    },
  });
}

function connectCanvas(viewer: Viewer, standing: Standing, highlight: (view?: number) => void): void {
  const canvas = requireElement('canvas', HTMLCanvasElement);
  let hovered: number | undefined;
  connectPointer(canvas, {
    onClick: (cursor, radiusPx) => {
      if (viewer.measure.active) return viewer.measureAt(cursor, radiusPx);
      const camera = viewer.cameraAt(cursor);
      if (camera !== undefined) standing.flyTo(camera);
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
