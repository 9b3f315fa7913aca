import type { PlyMesh } from '#formats/ply-mesh.ts';
import type { Camera } from '#geometry/camera.ts';
import type { PixelMap } from '#image/pixel-map.ts';
import { type Bvh, buildBvh } from '#render/bvh.ts';
import { PixelRays } from '#render/pixel-rays.ts';
import { Tracer } from '#render/tracer.ts';

/** A scanned mesh, ready for rays. @throws RangeError for one without triangles */
export function bvhOfPly({ positions, triangles }: PlyMesh): Bvh {
  const corners = new Float32Array(3 * triangles.length);
  for (let i = 0; i < triangles.length; i++) {
    const from = 3 * (triangles[i] as number);
    corners[3 * i] = positions[from] as number;
    corners[3 * i + 1] = positions[from + 1] as number;
    corners[3 * i + 2] = positions[from + 2] as number;
  }
  const none = new Float32Array(0);
  const materialOf = new Uint16Array(triangles.length / 3);
  return buildBvh({ positions: corners, normals: none, uvs: none, materialOf, materials: [] });
}

/**
 * What of a mesh a camera sees: z in the camera's frame behind the pixels' centres, 0 where there is nothing from
 * `near` to `far`. Triangles count from both sides.
 */
export function meshDepth(
  bvh: Bvh,
  camera: Camera,
  { near, far }: { readonly near: number; readonly far: number },
): PixelMap {
  const { width, height } = camera;
  const values = new Float32Array(width * height);
  const tracer = new Tracer(bvh);
  const rays = new PixelRays(camera);
  const { eye, ray } = rays;
  for (let i = 0; i < values.length; i++) {
    rays.aim(i % width, (i / width) | 0);
    const x = ray[0] as number;
    const y = ray[1] as number;
    const z = ray[2] as number;
    tracer.from((eye[0] as number) + near * x, (eye[1] as number) + near * y, (eye[2] as number) + near * z);
    if (tracer.towards(x, y, z).closest(far - near) >= 0) values[i] = near + tracer.distance;
  }
  return { width, height, values };
}
