import { expectPointCloud, type PointCloud } from './point-cloud.ts';

const pointsPerChunk = 16_384;

/**
 * A point cloud as binary little-endian PLY, in chunks, so that many points need no second copy in memory: give them to
 * writeFileAtomically. Coordinates are written as they are (OpenCV axes), and the header says so.
 */
export function* plyChunks(cloud: PointCloud): Generator<Uint8Array> {
  expectPointCloud('plyChunks', cloud);
  const count = cloud.positions.length / 3;
  yield plyHeader(count, cloud.confidence !== undefined);
  for (let from = 0; from < count; from += pointsPerChunk) {
    yield plyPoints(cloud, from, Math.min(from + pointsPerChunk, count));
  }
}

function plyHeader(count: number, hasConfidence: boolean): Uint8Array {
  const lines = [
    'ply',
    'format binary_little_endian 1.0',
    'comment axes: OpenCV (x right, y down, z forward)',
    `element vertex ${count}`,
    ...['x', 'y', 'z'].map((axis) => `property float ${axis}`),
    ...['red', 'green', 'blue'].map((color) => `property uchar ${color}`),
    ...(hasConfidence ? ['property float confidence'] : []),
    'end_header',
  ];
  return new TextEncoder().encode(`${lines.join('\n')}\n`);
}

function plyPoints({ positions, colors, confidence }: PointCloud, from: number, to: number): Uint8Array {
  const stride = confidence ? 19 : 15;
  const bytes = new Uint8Array((to - from) * stride);
  const view = new DataView(bytes.buffer);
  for (let i = from, at = 0; i < to; i++, at += stride) {
    for (let axis = 0; axis < 3; axis++) {
      view.setFloat32(at + 4 * axis, positions[3 * i + axis] as number, true);
      bytes[at + 12 + axis] = colors[3 * i + axis] as number;
    }
    if (confidence) view.setFloat32(at + 15, confidence[i] as number, true);
  }
  return bytes;
}
