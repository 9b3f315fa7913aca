import type { Camera, Matrix4 } from '#geometry/camera.ts';
import { determinant3, multiply3, rotationOf, transpose3 } from '#geometry/rigid.ts';
import { maxSide } from '#image/rgb-image.ts';
import type { PairResidual } from './reconstruction.ts';
import {
  anyObjectAt,
  flagAt,
  listAt,
  numberAt,
  numbersAt,
  objectAt,
  optional,
  textAt,
  wholeAt,
} from './scene-file-fields.ts';
import { type SceneSettings, sceneFormat, sceneVersion } from './scene-file-format.ts';

/** scene.json, checked. */
export interface ParsedScene {
  readonly maps: { readonly file: string; readonly id: string };
  readonly reference: number;
  readonly poseFound: boolean;
  readonly minConfidence: number;
  readonly loss?: number;
  readonly views: readonly ParsedView[];
  readonly pairs?: readonly PairResidual[];
  readonly settings: SceneSettings;
}

export interface ParsedView {
  readonly name: string;
  /** As the file has it. */
  readonly photograph?: string;
  readonly originalCamera: Camera;
  readonly camera: Camera;
}

const names = {
  scene: [
    ...['format', 'version', 'convention', 'maps', 'reference', 'poseFound', 'minConfidence', 'loss'],
    ...['views', 'pairs', 'settings'],
  ],
  maps: ['file', 'id'],
  view: ['name', 'photograph', 'original', 'network', 'camToWorld'],
  lens: ['width', 'height', 'focalPx', 'principalPx'],
  pair: ['first', 'second', 'residual', 'relativeResidual', 'scale'],
};

/**
 * The content of scene.json.
 * @throws Error naming the field, what it must be and what it is; another format or version is said first
 */
export function parseScene(text: string): ParsedScene {
  const { format, version } = anyObjectAt('the file', parseJson(text));
  if (format !== sceneFormat) throw new Error(`expected "format": "${sceneFormat}", so it is no scene of dust3r`);
  if (version !== sceneVersion) {
    throw new Error(
      `it has version ${JSON.stringify(version)?.slice(0, 20)}, this program reads version ${sceneVersion}; use the program that wrote it, or a newer one`,
    );
  }
  const scene = objectAt('the file', parseJson(text), names.scene);
  const views = listAt('views', scene['views']).map((view, i) => parseView(`views[${i}]`, view));
  if (views.length === 0) throw new Error('views: expected at least one view, got none');
  return {
    maps: parseMaps(scene['maps']),
    reference: wholeAt('reference', scene['reference'], 0, views.length),
    poseFound: flagAt('poseFound', scene['poseFound']),
    minConfidence: numberAt('minConfidence', scene['minConfidence']),
    ...optional('loss', scene, (loss) => numberAt('loss', loss)),
    views,
    ...optional('pairs', scene, (pairs) =>
      listAt('pairs', pairs).map((pair, i) => parsePair(`pairs[${i}]`, pair, views.length)),
    ),
    settings: scene['settings'] === undefined ? {} : parseSettings(scene['settings']),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = (error as Error).message.replaceAll(/\s+/g, ' '); // it quotes the file
    throw new Error(`expected JSON (${reason.slice(0, 120)})`, { cause: error });
  }
}

/** The maps lie beside the file, so their name has no folder. */
function parseMaps(value: unknown): ParsedScene['maps'] {
  const maps = objectAt('maps', value, names.maps);
  const file = textAt('maps.file', maps['file']);
  if (/[/\\]/.test(file)) throw new Error(`maps.file: expected the name of a file beside it, got ${file.slice(0, 80)}`);
  return { file, id: textAt('maps.id', maps['id']) };
}

function parseView(where: string, value: unknown): ParsedView {
  const view = objectAt(where, value, names.view);
  const camToWorld = parsePose(`${where}.camToWorld`, view['camToWorld']);
  return {
    name: textAt(`${where}.name`, view['name']),
    ...optional('photograph', view, (path) => textAt(`${where}.photograph`, path)),
    originalCamera: parseCamera(`${where}.original`, view['original'], camToWorld),
    camera: parseCamera(`${where}.network`, view['network'], camToWorld),
  };
}

function parseCamera(where: string, value: unknown, camToWorld: Matrix4): Camera {
  const lens = objectAt(where, value, names.lens);
  const focalPx = numbersAt(`${where}.focalPx`, lens['focalPx'], 2);
  if (Math.min(...focalPx) <= 0)
    throw new Error(`${where}.focalPx: expected positive focal lengths, got ${focalPx.join(', ')}`);
  return {
    width: wholeAt(`${where}.width`, lens['width'], 1, maxSide + 1),
    height: wholeAt(`${where}.height`, lens['height'], 1, maxSide + 1),
    focalPx: focalPx as [number, number],
    principalPx: numbersAt(`${where}.principalPx`, lens['principalPx'], 2) as [number, number],
    camToWorld,
  };
}

const rigidTolerance = 1e-3;

function parsePose(where: string, value: unknown): Matrix4 {
  const rows = listAt(where, value, 4).map((row, i) => numbersAt(`${where}[${i}]`, row, 4));
  const pose = Float64Array.from(rows.flat());
  const rotation = rotationOf(pose);
  const product = multiply3(rotation, transpose3(rotation));
  const isOrthogonal = product.every((entry, i) => Math.abs(entry - Number(i % 4 === 0)) <= rigidTolerance);
  const isRotation = isOrthogonal && determinant3(rotation) > 0;
  if (isRotation && rows[3]?.join() === '0,0,0,1') return pose;
  throw new Error(`${where}: expected a rotation and a position over the row 0, 0, 0, 1, got another matrix`);
}

function parsePair(where: string, value: unknown, viewCount: number): PairResidual {
  const pair = objectAt(where, value, names.pair);
  const number = (name: string) => (value: unknown) => numberAt(`${where}.${name}`, value);
  return {
    first: wholeAt(`${where}.first`, pair['first'], 0, viewCount),
    second: wholeAt(`${where}.second`, pair['second'], 0, viewCount),
    residual: number('residual')(pair['residual']),
    ...optional('relativeResidual', pair, number('relativeResidual')),
    ...optional('scale', pair, number('scale')),
  };
}

function parseSettings(value: unknown): SceneSettings {
  const settings = anyObjectAt('settings', value);
  for (const [name, setting] of Object.entries(settings)) {
    if (!['string', 'number', 'boolean'].includes(typeof setting))
      throw new Error(`settings.${name.slice(0, 80)}: expected a text, a number, true or false`);
  }
  return settings as SceneSettings;
}
