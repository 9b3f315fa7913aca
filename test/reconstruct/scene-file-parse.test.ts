import { describe, expect, it } from '@jest/globals';
import { parseScene } from '#reconstruct/scene-file-parse.ts';

const lens = { width: 8, height: 6, focalPx: [10, 11], principalPx: [4, 3] };
const pose = [
  [0, -1, 0, 5],
  [1, 0, 0, 6],
  [0, 0, 1, 7],
  [0, 0, 0, 1],
];
const view = {
  name: 'a.jpg',
  photograph: '../a.jpg',
  original: { ...lens, width: 16 },
  network: lens,
  camToWorld: pose,
};
const scene = {
  ...{ format: 'dust3r-scene', version: 1, convention: {}, maps: { file: 'scene.safetensors', id: 'x' } },
  ...{ reference: 0, poseFound: true, minConfidence: 3, loss: 1, views: [view] },
  ...{ pairs: [{ first: 0, second: 0, residual: 1 }], settings: { size: 512 } },
};
const parse = (change: object) => parseScene(JSON.stringify({ ...scene, ...change }));
const parseView = (change: object) => parse({ views: [{ ...view, ...change }] });

describe('reconstruct/scene-file-parse: parseScene', () => {
  it('reads every field', () => {
    const { views, ...rest } = parse({});
    const camToWorld = Float64Array.from(pose.flat());
    expect(views).toEqual([
      {
        name: 'a.jpg',
        photograph: '../a.jpg',
        originalCamera: { ...lens, width: 16, camToWorld },
        camera: { ...lens, camToWorld },
      },
    ]);
    expect(rest).toEqual({
      maps: scene.maps,
      ...{ reference: 0, poseFound: true, minConfidence: 3, loss: 1, settings: { size: 512 } },
      pairs: scene.pairs,
    });
  });

  it('does without what a scene of two views lacks', () => {
    const { pairs, settings, loss, ...needed } = scene;
    const { photograph, ...bare } = view;
    const parsed = parseScene(JSON.stringify({ ...needed, views: [bare] }));
    expect(parsed).not.toHaveProperty('pairs');
    expect(parsed).not.toHaveProperty('loss');
    expect(parsed.views[0]).not.toHaveProperty('photograph');
    expect(parsed.settings).toEqual({});
  });

  it('tells another format and version first', () => {
    expect(() => parse({ format: 'x', views: 3 })).toThrow('expected "format": "dust3r-scene"');
    expect(() => parse({ version: 2, colour: 1 })).toThrow('it has version 2, this program reads version 1');
    expect(() => parseScene('[]')).toThrow('the file: expected an object, got []');
    expect(() => parseScene('{')).toThrow('expected JSON');
  });

  const refused: [name: string, parsed: () => unknown, message: string][] = [
    ['an unknown field', () => parse({ color: 1 }), 'settings, got "color" too'],
    ['an unknown field of a view', () => parseView({ mask: 1 }), 'views[0]: expected name, photograph'],
    ['no views', () => parse({ views: [] }), 'views: expected at least one view, got none'],
    ['views that are none', () => parse({ views: 'a' }), 'views: expected a list, got "a"'],
    [
      'a reference that is no view',
      () => parse({ reference: 1 }),
      'reference: expected a whole number from 0 to 0, got 1',
    ],
    ['a flag that is a text', () => parse({ poseFound: 'yes' }), 'poseFound: expected true or false, got "yes"'],
    ['no threshold', () => parse({ minConfidence: null }), 'minConfidence: expected a number, got null'],
    [
      'maps elsewhere',
      () => parse({ maps: { file: '../../x', id: 'x' } }),
      'maps.file: expected the name of a file beside',
    ],
    ['an empty name', () => parseView({ name: '' }), 'views[0].name: expected a text, got ""'],
    ['a path with NUL', () => parseView({ photograph: 'a\0' }), 'views[0].photograph: expected a text'],
    [
      'a giant size',
      () => parseView({ network: { ...lens, width: 1e6 } }),
      'network.width: expected a whole number from 1 to',
    ],
    ['half a pixel', () => parseView({ network: { ...lens, height: 2.5 } }), 'network.height: expected a whole number'],
    [
      'a focal length of 0',
      () => parseView({ original: { ...lens, focalPx: [0, 1] } }),
      'expected positive focal lengths',
    ],
    [
      'three focal lengths',
      () => parseView({ original: { ...lens, focalPx: [1, 1, 1] } }),
      'focalPx: expected a list of 2',
    ],
    ['a pose of three rows', () => parseView({ camToWorld: pose.slice(1) }), 'camToWorld: expected a list of 4'],
    [
      'a pose that scales',
      () => parseView({ camToWorld: [[2, 0, 0, 0], ...pose.slice(1)] }),
      'expected a rotation and',
    ],
    [
      'a pose with null',
      () => parseView({ camToWorld: [[null, 0, 0, 0], ...pose.slice(1)] }),
      'camToWorld[0][0]: expected',
    ],
    ['a pair of no view', () => parse({ pairs: [{ first: 0, second: 1, residual: 1 }] }), 'pairs[0].second: expected'],
    [
      'a pair without residual',
      () => parse({ pairs: [{ first: 0, second: 0 }] }),
      'pairs[0].residual: expected a number',
    ],
    ['settings that are lists', () => parse({ settings: { a: [] } }), 'settings.a: expected a text, a number, true or'],
  ];
  it.each(refused)('refuses %s, naming the field', (_, parsed, message) => {
    expect(parsed).toThrow(message);
  });
});
