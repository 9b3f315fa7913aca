import { networkMapping } from '#export/network-mapping.ts';
import type { FittedCamera } from './known-cameras.ts';
import type { Photograph } from './photographs.ts';
import type { ReconstructedView, Reconstruction } from './reconstruction.ts';

/** The photographs of a finished scene, as the network saw them. */
export function finishedPhotographs({ views }: Reconstruction): Photograph[] {
  return views.map(({ name, image, camera, originalCamera, photographPath }) => ({
    name,
    image,
    original: { width: originalCamera.width, height: originalCamera.height },
    mapping: networkMapping({ name, camera, originalCamera }),
    ...(photographPath === undefined ? {} : { path: photographPath }),
  }));
}

/** Its cameras, all of which is known, at the network's size. */
export function finishedCameras({ views }: Reconstruction): FittedCamera[] {
  return views.map(({ camera }: ReconstructedView) => {
    const { camToWorld, focalPx, principalPx } = camera;
    return { camToWorld, focalPx, principalPx };
  });
}
