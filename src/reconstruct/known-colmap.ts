import { quaternionToRotation } from '#geometry/quaternion.ts';
import { invertRigid, rigidTransform } from '#geometry/rigid.ts';
import type { KnownCamera, KnownIntrinsics } from './known-cameras.ts';
import { expectNumber, expectSide, HALF_PIXEL } from './known-numbers.ts';

interface NamedText {
  readonly name: string;
  readonly text: string;
}

/**
 * The images of a COLMAP model in text: world to camera, quaternions w x y z, pixel centres at halves. Lenses with
 * distortion are refused: the alignment's cameras have none.
 * @throws Error naming the file and the line
 */
export function colmapCameras(cameras: NamedText, images: NamedText): KnownCamera[] {
  const intrinsics = new Map(rowsOf(cameras).map((row) => parseCamera(row)));
  // Each image has a second line, with the points that it sees; it may be empty.
  const poses = rowsOf(images, true).filter((_, i) => i % 2 === 0);
  if (poses.length === 0) throw new Error(`${images.name}: expected images, found none`);
  return poses.map((row) => parseImage(row, intrinsics));
}

interface Row {
  readonly fields: readonly string[];
  readonly where: string;
}

function rowsOf({ name, text }: NamedText, keepsEmpty = false): Row[] {
  const lines = text.split(/\r?\n/).map((line, i) => ({ line: line.trim(), where: `${name}, line ${i + 1}` }));
  const body = lines.filter(({ line }) => !line.startsWith('#'));
  const kept = keepsEmpty
    ? body.slice(0, 1 + body.findLastIndex(({ line }) => line !== ''))
    : body.filter(({ line }) => line);
  return kept.map(({ line, where }) => ({ fields: line.split(/\s+/), where }));
}

function parseCamera({ fields, where }: Row): [id: string, intrinsics: KnownIntrinsics] {
  const [id = '', model, ...rest] = fields;
  const numbers = rest.map((field) => expectNumber(Number(field), where));
  const [width, height, ...params] = numbers;
  const expected = { SIMPLE_PINHOLE: 3, PINHOLE: 4 }[model ?? ''];
  if (expected === undefined)
    throw new Error(
      `${where}: expected a camera without distortion (PINHOLE, SIMPLE_PINHOLE), got ${model}; undistort the photographs first`,
    );
  if (params.length !== expected)
    throw new Error(`${where}: expected ${expected} parameters of a ${model}, got ${params.length}`);
  const [fx, fy, cx, cy] = (expected === 3 ? [params[0], ...params] : params) as [number, number, number, number];
  return [
    id,
    {
      width: expectSide(width, where),
      height: expectSide(height, where),
      focalPx: [fx, fy],
      principalPx: [cx - HALF_PIXEL, cy - HALF_PIXEL],
    },
  ];
}

/** IMAGE_ID QW QX QY QZ TX TY TZ CAMERA_ID NAME */
function parseImage({ fields, where }: Row, cameras: ReadonlyMap<string, KnownIntrinsics>): KnownCamera {
  const name = fields.slice(9).join(' ');
  if (name === '') throw new Error(`${where}: expected an image: id, quaternion, translation, camera, name`);
  const [w, x, y, z, ...translation] = fields.slice(1, 8).map((field) => expectNumber(Number(field), where)) as [
    ...[number, number, number, number, number, number, number],
  ];
  const length = Math.hypot(w, x, y, z);
  if (!(length > 0)) throw new Error(`${where}: expected a quaternion, got four zeros`);
  const rotation = quaternionToRotation([x / length, y / length, z / length, w / length]);
  const intrinsics = cameras.get(fields[8] as string);
  if (!intrinsics) throw new Error(`${where}: there is no camera ${fields[8]} in cameras.txt`);
  return { name, camToWorld: invertRigid(rigidTransform(rotation, translation)), intrinsics };
}
