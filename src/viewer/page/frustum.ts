import { BufferGeometry, type Color, DoubleSide, Mesh, MeshBasicMaterial, Vector3 } from 'three';
import type { ViewHeader } from '#viewer/scene-format.ts';

/** Top left, top right, bottom right, bottom left, on the image plane whose diagonal is 1; in the camera's frame. */
export function imageCorners({ width, height, focalPx, principalPx }: ViewHeader): Vector3[] {
  const at = (u: number, v: number) =>
    new Vector3((u - 0.5 - principalPx[0]) / focalPx[0], (v - 0.5 - principalPx[1]) / focalPx[1], 1);
  const corners = [at(0, 0), at(width, 0), at(width, height), at(0, height)];
  const diagonal = Math.hypot(width / focalPx[0], height / focalPx[1]);
  return corners.map((corner) => corner.divideScalar(diagonal));
}

/** Pairs of ends, x, y, z each: from the apex to the corners, and round the image plane. */
export function frustumEdges(corners: readonly Vector3[]): number[] {
  return corners
    .flatMap((corner, i) => [new Vector3(), corner, corner, corners[(i + 1) % 4] ?? corner])
    .flatMap((end) => end.toArray());
}

/** The sides and the image plane: what the pointer hits, faintly filled. */
export function frustumBody(corners: readonly Vector3[], color: Color): Mesh<BufferGeometry, MeshBasicMaterial> {
  const geometry = new BufferGeometry().setFromPoints([new Vector3(), ...corners]);
  geometry.setIndex([0, 1, 2, 0, 2, 3, 0, 3, 4, 0, 4, 1, 1, 2, 3, 1, 3, 4]);
  const look = { transparent: true, opacity: 0.07, side: DoubleSide, depthWrite: false };
  return new Mesh(geometry, new MeshBasicMaterial({ color, ...look }));
}
