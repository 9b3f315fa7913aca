import { readFileBytes } from '#formats/file-bytes.ts';

/** Lines of a text by their numbers. */
export interface TextLines {
  readonly length: number;
  line(index: number): string;
}

const newline = 10;

/**
 * The lines of a file, without the empty ones. Each is decoded when it is asked for: a million of them as strings would
 * take several times the memory, in every worker.
 * @throws Error, one line that names the file
 */
export async function readLines(path: string): Promise<TextLines> {
  const bytes = await readFileBytes(path);
  const decoder = new TextDecoder();
  const decode = (start: number) => {
    const end = bytes.indexOf(newline, start);
    return decoder.decode(bytes.subarray(start, end < 0 ? bytes.length : end)).trim();
  };
  const starts: number[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(newline, start);
    const next = end < 0 ? bytes.length : end + 1;
    // Longer than any line end: no need to decode it.
    if (next - start > 2 || decode(start) !== '') starts.push(start);
    start = next;
  }
  return { length: starts.length, line: (index) => decode(starts[index] as number) };
}
