import { extname } from 'node:path';
import { fileNames } from '#export/file-names.ts';
import { type UprightPhotograph, uprightPhotograph } from '#export/upright-photograph.ts';
import type { FileContent } from '#files/atomic-file.ts';
import type { ReconstructedView } from './reconstruction.ts';

export type NamedFile = readonly [name: string, content: FileContent];

/** Files of photographs, named as models that refer to them must name them. */
export interface PlannedPhotographs {
  /** One a view; they differ, and have no white space. */
  readonly names: readonly string[];
  /** The copies to write, none where no photographs are given; read one by one. */
  files(): AsyncGenerator<NamedFile>;
}

/**
 * Checks every photograph before anything is written.
 * @throws Error, one line that names the photograph, if it cannot be read or is not of the size that its camera has
 */
export async function planPhotographs(
  views: readonly ReconstructedView[],
  paths: readonly string[] | undefined,
): Promise<PlannedPhotographs> {
  if (!paths) return { names: fileNames(views.map(({ name }) => name)), files: async function* () {} };
  const photographs: UprightPhotograph[] = [];
  for (const [i, view] of views.entries()) photographs.push(await planPhotograph(view, paths[i]));
  const endings = views.map(({ name }, i) => replaceExtension(name, photographs[i]?.extension ?? ''));
  const names = fileNames(endings);
  const files = async function* (): AsyncGenerator<NamedFile> {
    for (const [i, photograph] of photographs.entries()) yield [names[i] as string, await photograph.bytes()];
  };
  return { names, files };
}

async function planPhotograph({ name, originalCamera }: ReconstructedView, path: string | undefined) {
  if (path === undefined) throw new Error(`exportScene: expected the photograph of view "${name}", got none`);
  const photograph = await uprightPhotograph(path);
  const { width, height } = originalCamera;
  if (photograph.width === width && photograph.height === height) return photograph;
  throw new Error(
    `${path}: the photograph has ${photograph.width} × ${photograph.height} pixels, but the scene was made of ${width} × ${height}`,
  );
}

function replaceExtension(name: string, extension: string): string {
  return name.slice(0, name.length - extname(name).length) + extension;
}
