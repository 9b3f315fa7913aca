export interface PointerActions {
  readonly onClick: (cursor: CursorPx, radiusPx: number) => void;
  readonly onDoubleClick: (cursor: CursorPx) => void;
  readonly onHover: (cursor: CursorPx) => void;
}

/** From the top left of the canvas. */
export type CursorPx = readonly [x: number, y: number];

/** How exact a pointer is: a press that moves farther is a drag, and a point this near is meant. */
const reachPx = { touch: { drag: 12, pick: 18 }, other: { drag: 5, pick: 8 } };

export function connectPointer(canvas: HTMLCanvasElement, { onClick, onDoubleClick, onHover }: PointerActions): void {
  let pressed: CursorPx | undefined;
  canvas.addEventListener('pointerdown', (event) => {
    // A second finger makes it a pinch.
    pressed = event.isPrimary && event.button === 0 ? cursorOf(event) : undefined;
  });
  canvas.addEventListener('pointerup', (event) => {
    const released = cursorOf(event);
    const reach = event.pointerType === 'touch' ? reachPx.touch : reachPx.other;
    if (pressed && Math.hypot(released[0] - pressed[0], released[1] - pressed[1]) < reach.drag)
      onClick(released, reach.pick);
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
