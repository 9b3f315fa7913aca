export interface PointerActions {
  readonly onClick: (cursor: CursorPx) => void;
  readonly onDoubleClick: (cursor: CursorPx) => void;
  readonly onHover: (cursor: CursorPx) => void;
}

/** From the top left of the canvas. */
export type CursorPx = readonly [x: number, y: number];

/** A press that moves farther than this is a drag. */
const clickTolerancePx = 5;

export function connectPointer(canvas: HTMLCanvasElement, { onClick, onDoubleClick, onHover }: PointerActions): void {
  let pressed: CursorPx | undefined;
  canvas.addEventListener('pointerdown', (event) => {
    pressed = event.isPrimary && event.button === 0 ? cursorOf(event) : undefined;
  });
  canvas.addEventListener('pointerup', (event) => {
    const released = cursorOf(event);
    if (pressed && Math.hypot(released[0] - pressed[0], released[1] - pressed[1]) < clickTolerancePx) onClick(released);
    pressed = undefined;
  });
  canvas.addEventListener('dblclick', (event) => onDoubleClick(cursorOf(event)));
  canvas.addEventListener('pointermove', (event) => {
    if (event.buttons === 0) onHover(cursorOf(event));
  });
}

function cursorOf({ offsetX, offsetY }: MouseEvent): CursorPx {
  return [offsetX, offsetY];
}
