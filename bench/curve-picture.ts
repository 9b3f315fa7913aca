const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP] = [760, 360, 52, 34, 16] as const;
const colors = ['#0072b2', '#e69f00', '#000000'];
const dashes = ['', '7 4', '2 4'];

/** Loss curves as an SVG; later ones are dashed and drawn on top, so that a curve below shows through where they agree. */
export function curvePicture(curves: Readonly<Record<string, readonly number[]>>): string {
  const entries = Object.entries(curves);
  const all = entries.flatMap(([, losses]) => losses);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const length = Math.max(...entries.map(([, losses]) => losses.length));
  const x = (step: number) => LEFT + (step / (length - 1)) * (WIDTH - LEFT - 12);
  const y = (loss: number) => HEIGHT - BOTTOM - ((loss - low) / (high - low)) * (HEIGHT - BOTTOM - TOP);
  const lines = entries.map(([name, losses], i) => {
    const path = losses.map((loss, step) => `${x(step).toFixed(1)},${y(loss).toFixed(1)}`).join(' ');
    const style = `fill="none" stroke="${colors[i]}" stroke-width="${i === 0 ? 3 : 1.6}" stroke-dasharray="${dashes[i]}"`;
    const key = HEIGHT - BOTTOM - 120 + 22 * i;
    return [
      `<polyline points="${path}" ${style}/>`,
      `<line x1="${WIDTH - 210}" x2="${WIDTH - 170}" y1="${key - 200}" y2="${key - 200}" ${style}/>`,
      `<text x="${WIDTH - 162}" y="${key - 196}">${name}</text>`,
    ].join('\n');
  });
  const ticks = [low, 0, high / 2, high].map(
    (loss) => `<text x="${LEFT - 6}" y="${y(loss) + 4}" text-anchor="end">${loss.toFixed(2)}</text>`,
  );
  const steps = [0, length / 3, (2 * length) / 3, length - 1].map(
    (step) => `<text x="${x(step)}" y="${HEIGHT - 12}" text-anchor="middle">${Math.round(step)}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<title>Training loss by step: ${entries.map(([name]) => name).join('; ')}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<path d="M${LEFT},${TOP}V${HEIGHT - BOTTOM}H${WIDTH - 12}" fill="none" stroke="#888"/>`,
    ...lines,
    ...ticks,
    ...steps,
    '</svg>\n',
  ].join('\n');
}
