import type { FastRandom } from '#tensor/random.ts';
import { between, chance, logBetween, pick } from './draw.ts';
import type { Material } from './mesh.ts';
import type { ModelLibrary } from './model-library.ts';
import { paleColor, surfaceColor, toLinear, woodColor } from './palette.ts';
import { type PatternName, patternNames, proceduralTexture } from './procedural-texture.ts';
import { Recent } from './recent.ts';
import type { Texture } from './texture.ts';

/** What scenes of one process share: models and textures, the last ones used being kept. */
export interface SceneSupplies {
  readonly library: ModelLibrary;
  /** A pattern from a seed, as `proceduralTexture` gives it. */
  pattern(name: PatternName, seed: string): Texture;
}

const keptPatterns = 512;

/** Pixels a side of procedural textures that are as fine as images of such a width need. */
export function patternSizeFor(imageWidth: number): number {
  return Math.min(2 ** Math.round(Math.log2(imageWidth)), 256);
}

/** @param patternSize of procedural textures, in pixels */
export function createSupplies(library: ModelLibrary, patternSize = 256): SceneSupplies {
  const patterns = new Recent(keptPatterns, (key: string) => {
    const [name, seed] = key.split(':') as [PatternName, string];
    return proceduralTexture(name, seed, patternSize);
  });
  return { library, pattern: (name, seed) => patterns.get(`${name}:${seed}`) };
}

/** How many pictures there are of each pattern: few enough to be kept. Size and tint are drawn per use. */
const patternVariants = 32;

/** What a surface is made for decides what it can look like. */
type Role = 'wall' | 'floor' | 'ceiling' | 'wood' | 'cloth' | 'solid' | 'picture' | 'rug' | 'ground' | 'any';

const patternsOf: Readonly<Record<Role, readonly PatternName[]>> = {
  wall: ['plaster', 'plaster', 'plaster', 'ornament', 'stripes', 'bricks', 'planks', 'tiles', 'streaks'],
  floor: ['planks', 'planks', 'tiles', 'checker', 'stones', 'fabric', 'marble', 'plaster'],
  ceiling: ['plaster', 'plaster', 'planks'],
  wood: ['planks', 'planks', 'streaks'],
  cloth: ['fabric', 'stripes', 'ornament', 'checker', 'fabric'],
  solid: ['planks', 'marble', 'streaks', 'plaster', 'bricks', 'tiles'],
  picture: ['photograph', 'photograph', 'print', 'carpet'],
  rug: ['carpet', 'carpet', 'fabric', 'stripes', 'checker'],
  ground: ['earth', 'earth', 'earth', 'stones', 'stones', 'bricks'],
  any: patternNames,
};

/** Draws for one scene. */
export interface SceneKit {
  readonly random: FastRandom;
  readonly supplies: SceneSupplies;
  material(role: Role): Promise<Material>;
  /** A picture that fills its uv from 0 to `width` by 0 to `height` once. */
  picture(): Promise<Material>;
}

/** @param split keeps the patterns of training and validation apart */
export function createSceneKit(random: FastRandom, supplies: SceneSupplies, split: string): SceneKit {
  const { textureNames } = supplies.library;
  const texture = async (role: Role): Promise<Texture> => {
    if (textureNames.length > 0 && role !== 'rug' && chance(random, 0.35)) {
      const found = await supplies.library.texture(pick(random, textureNames));
      if (found) return found;
    }
    return supplies.pattern(pick(random, patternsOf[role]), `${split}/${random.integer(patternVariants)}`);
  };
  return {
    random,
    supplies,
    material: async (role) =>
      drawMaterial(random, role, chance(random, plainShare[role]) ? undefined : await texture(role)),
    picture: async () => ({ color: [1, 1, 1], texture: await texture('picture'), tileSize: 1, gloss: 0, emission: 0 }),
  };
}

/** How often a surface has one colour only, as many real ones do. */
const plainShare: Readonly<Record<Role, number>> = {
  wall: 0.12,
  floor: 0.03,
  ceiling: 0.4,
  wood: 0.08,
  cloth: 0.15,
  solid: 0.15,
  picture: 0,
  rug: 0,
  ground: 0,
  any: 0.1,
};

function drawMaterial(random: FastRandom, role: Role, texture: Texture | undefined): Material {
  const gloss = chance(random, 0.3) ? between(random, 0.05, 0.5) : 0;
  if (!texture) return { color: plainColor(random, role), tileSize: 1, gloss, emission: 0 };
  const tint = between(random, 0.7, 1);
  const shade = () => tint * between(random, 0.8, 1);
  const color = [shade(), shade(), shade()] as const;
  return { color, texture, tileSize: logBetween(random, 0.3, 2.5), gloss, emission: 0 };
}

function plainColor(random: FastRandom, role: Role) {
  if (role === 'wall' || role === 'ceiling') return paleColor(random);
  return toLinear(role === 'wood' ? woodColor(random) : surfaceColor(random));
}
