import type { RawView } from '#data/view.ts';
import { type StoredCamera, storedCamera } from './stored-camera.ts';
import { readNpzNumbers } from './stored-numbers.ts';
import { readStoredView, type StoredFrame } from './stored-view.ts';

/** A photograph whose files lie side by side: `<stem>.jpg`, its depth `<stem>.exr`, its camera `<stem>.npz`. */
export interface ExrFrame extends Pick<StoredFrame, 'dataset' | 'label' | 'instance' | 'maxDepth'> {
  readonly stem: string;
  /** Where it is not `<stem>.jpg`. */
  readonly imagePath?: string;
}

/**
 * @param readCamera reads the camera's file; by default `intrinsics` [3, 3] and `cam2world` [4, 4]
 * @throws Error, one line that names the file that is missing, damaged or of another size
 */
export async function readExrView(
  { stem, ...frame }: ExrFrame,
  readCamera: (path: string) => Promise<StoredCamera> = readMatrixCamera,
): Promise<RawView> {
  const camera = await readCamera(`${stem}.npz`);
  return readStoredView({ imagePath: `${stem}.jpg`, depthPath: `${stem}.exr`, ...frame, camera });
}

async function readMatrixCamera(path: string): Promise<StoredCamera> {
  const { intrinsics, cam2world } = await readNpzNumbers(path, { intrinsics: [3, 3], cam2world: [4, 4] });
  return storedCamera(intrinsics, cam2world, path);
}
