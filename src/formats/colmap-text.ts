import type { ColmapCloud, ColmapLens, ColmapPose } from './colmap.ts';
import { colmapModels } from './colmap-models.ts';

/** `cameras.txt`: CAMERA_ID MODEL WIDTH HEIGHT PARAMS @throws Error naming the file and the line */
export function decodeColmapCamerasText(bytes: Uint8Array, name: string): ColmapLens[] {
  return Array.from(rows(bytes, name), ({ fields, where }) => {
    const [id, model = '', width, height, ...params] = fields;
    const count = colmapModels.find(([known]) => known === model)?.[1];
    if (count === undefined)
      throw new Error(`${where}: expected one of COLMAP's camera models, found ${model.slice(0, 40)}`);
    if (params.length !== count)
      throw new Error(`${where}: expected ${count} parameters of a ${model}, found ${params.length}`);
    const number = (text: string | undefined) => parseNumber(text, where);
    return { id: number(id), model, width: number(width), height: number(height), params: params.map(number) };
  });
}

/** `images.txt`: IMAGE_ID QW QX QY QZ TX TY TZ CAMERA_ID NAME @throws Error naming the file and the line */
export function decodeColmapImagesText(bytes: Uint8Array, name: string): ColmapPose[] {
  // Every other line holds the points that an image sees; it may be long, or empty.
  return Array.from(rows(bytes, name, 2), ({ fields, where }) => {
    const numbers = fields.slice(0, 9).map((field) => parseNumber(field, where));
    const [id = 0, w = 0, x = 0, y = 0, z = 0, tx = 0, ty = 0, tz = 0, cameraId = 0] = numbers;
    const imageName = fields.slice(9).join(' ');
    if (imageName === '') throw new Error(`${where}: expected an image: id, quaternion, translation, camera, name`);
    return { id, cameraId, name: imageName, rotation: [w, x, y, z], translation: [tx, ty, tz] };
  });
}

/** `points3D.txt`: POINT3D_ID X Y Z R G B ERROR TRACK @throws Error naming the file and the line */
export function decodeColmapPointsText(bytes: Uint8Array, name: string): ColmapCloud {
  const positions: number[] = [];
  const colors: number[] = [];
  for (const { fields, where } of rows(bytes, name)) {
    for (let at = 1; at < 4; at++) positions.push(parseNumber(fields[at], where));
    for (let at = 4; at < 7; at++) colors.push(parseNumber(fields[at], where));
  }
  return { positions: Float64Array.from(positions), colors: Uint8Array.from(colors) };
}

interface Row {
  readonly fields: readonly string[];
  readonly where: string;
}

/** Lines that are no comment, one of `linesPerRow`; empty ones count as the others of a row only. */
function* rows(bytes: Uint8Array, name: string, linesPerRow = 1): Generator<Row> {
  const decoder = new TextDecoder();
  for (let start = 0, line = 1, others = 0; start < bytes.length; line++) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline;
    if (others > 0 && bytes[start] !== comment) others -= 1;
    else {
      const text = decoder.decode(bytes.subarray(start, end)).trim();
      if (text !== '' && !text.startsWith('#')) {
        yield { fields: text.split(/\s+/), where: `${name}, line ${line}` };
        others = linesPerRow - 1;
      }
    }
    start = end + 1;
  }
}

const comment = 0x23;

function parseNumber(text: string | undefined, where: string): number {
  const value = text === undefined ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return value;
  throw new Error(`${where}: expected a number, found ${text?.slice(0, 40) ?? 'the end of the line'}`);
}
