import { codeCount, codeToOffset, maxLevel, type ViewHeader } from '#viewer/scene-format.ts';

/** One view's points, ready for the GPU. */
export interface ViewPoints {
  /** [P, 3] in the world's frame, OpenCV axes. */
  readonly positions: Float32Array;
  /** [P, 4] red, green, blue and confidence level. */
  readonly shades: Uint8Array;
  /** How many points have at least each level, [256]. */
  readonly countFromLevel: Uint32Array;
}

export function decodeView(header: ViewHeader, base64: string): ViewPoints {
  const block = fromBase64(base64);
  const codes = new Uint16Array(block.buffer, 0, 3 * header.pointCount);
  const shades = block.subarray(codes.byteLength);
  return { positions: decodePositions(header, codes), shades, countFromLevel: countFromLevel(shades) };
}

function fromBase64(base64: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

function decodePositions({ positions: scale }: ViewHeader, codes: Uint16Array): Float32Array {
  const offsets = Float64Array.from({ length: codeCount }, (_, code) => codeToOffset(code, scale));
  return Float32Array.from(codes, (code, i) => (offsets[code] ?? 0) + (scale.origin[i % 3] ?? 0));
}

function countFromLevel(shades: Uint8Array): Uint32Array {
  const counts = new Uint32Array(maxLevel + 1);
  for (let i = 3; i < shades.length; i += 4) {
    const level = shades[i] ?? 0;
    counts[level] = (counts[level] ?? 0) + 1;
  }
  for (let level = maxLevel - 1; level >= 0; level--) {
    counts[level] = (counts[level] ?? 0) + (counts[level + 1] ?? 0);
  }
  return counts;
}
