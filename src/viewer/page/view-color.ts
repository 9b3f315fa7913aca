/** A calm colour of its own for each view; the golden angle keeps neighbours apart. */
export function viewColor(view: number): string {
  return `hsl(${Math.round((210 + 137.5 * view) % 360)}, 45%, 68%)`;
}
