export interface TextType {
  readonly kind: 'S' | 'U';
  /** Of one element. */
  readonly bytes: number;
  readonly count: number;
  readonly name: string;
}

/**
 * NumPy's text of fixed length, filled up with zeros: bytes (S, read as Latin-1) or UTF-32 (U).
 * @param packed starts its buffer
 * @throws Error naming the array for what is no Unicode character
 */
export function decodeTexts(packed: Uint8Array<ArrayBuffer>, { kind, bytes, count, name }: TextType): string[] {
  if (bytes === 0) return expectFew(count, name);
  const codes = kind === 'U' ? new Uint32Array(packed.buffer) : packed;
  const length = kind === 'U' ? bytes / 4 : bytes;
  const texts = new Array<string>(count);
  for (let t = 0; t < count; t++) {
    let end = (t + 1) * length;
    while (end > t * length && codes[end - 1] === 0) end -= 1;
    let text = '';
    for (let at = t * length; at < end; at++) text += character(codes[at] as number, name);
    texts[t] = text;
  }
  return texts;
}

function character(code: number, name: string): string {
  if (code > 0x10ffff) throw new Error(`${name}: expected Unicode text, found the character ${code}`);
  return String.fromCodePoint(code);
}

/** Text of no length takes no bytes, so nothing but this bounds how many a header may claim. */
function expectFew(count: number, name: string): string[] {
  if (count <= 1e6) return new Array<string>(count).fill('');
  throw new Error(`${name}: expected texts of some length, found ${count} of none`);
}
