import type { Preparation } from './preparation.ts';

/** A dataset's command. Its code is loaded when it is needed. */
export interface CatalogEntry {
  readonly name: string;
  readonly describe: string;
  load(): Promise<Preparation>;
}

export const datasetCatalog: readonly CatalogEntry[] = [
  {
    name: 'co3d',
    describe: 'CO3D v2: films that walk round an object, with depth from reconstruction',
    load: async () => (await import('./co3d.ts')).co3dPreparation,
  },
  {
    name: 'wildrgbd',
    describe: 'WildRGB-D: films that walk round an object, with depth in metres',
    load: async () => (await import('./wildrgbd.ts')).wildRgbdPreparation,
  },
  {
    name: 'arkitscenes',
    describe: 'ARKitScenes: indoor films of a tablet with a depth sensor',
    load: async () => (await import('./arkitscenes.ts')).arkitScenesPreparation,
  },
  {
    name: 'scannetpp',
    describe: 'ScanNet++: indoor photographs and films, with depth rendered from laser scans',
    load: async () => (await import('./scannetpp.ts')).scannetppPreparation,
  },
  {
    name: 'blendedmvs',
    describe: 'BlendedMVS: photographs blended with renders of their reconstruction',
    load: async () => (await import('./blended-mvs.ts')).blendedMvsPreparation,
  },
  {
    name: 'megadepth',
    describe: "MegaDepth: tourists' photographs of sights, with depth from reconstruction",
    load: async () => (await import('./mega-depth.ts')).megaDepthPreparation,
  },
  {
    name: 'staticthings3d',
    describe: 'StaticThings3D: rendered things that hang in the air',
    load: async () => (await import('./static-things-3d.ts')).staticThings3dPreparation,
  },
  {
    name: 'waymo',
    describe: 'Waymo Open: photographs from a driving car, with depth from lidars',
    load: async () => (await import('./waymo.ts')).waymoPreparation,
  },
  {
    name: 'rgbd',
    describe: 'own sequences: TUM RGB-D, 7-Scenes, ScanNet, nerfstudio, COLMAP, Record3D',
    load: async () => (await import('./rgbd/preparation.ts')).rgbdPreparation,
  },
];

/** @throws Error if there is no such dataset */
export async function loadPreparation(name: string): Promise<Preparation> {
  const entry = datasetCatalog.find((each) => each.name === name);
  if (entry) return entry.load();
  throw new Error(`prepare: expected one of ${datasetCatalog.map((each) => each.name).join(', ')}, got ${name}`);
}
