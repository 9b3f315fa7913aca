import { encodeTfRecord } from '#formats/tf-record.ts';

/** A picture for TensorBoard: a PNG and its size in pixels. */
export interface EventImage {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * What TensorBoard shows at one place of its horizontal axis: named numbers and pictures.
 * `start` says that a run begins again at `step`: whatever is on record from there on, in earlier files too, is void.
 */
export type LogEvent = { readonly step: number } & (
  | { readonly scalars?: Readonly<Record<string, number>>; readonly images?: Readonly<Record<string, EventImage>> }
  | { readonly start: true }
);

/**
 * Records of a TensorBoard event file (tensorflow/core/util/event.proto), to be appended to it as one piece.
 * The first of a file must be `encodeFileVersion`. Not-finite numbers are kept; TensorBoard shows them as such.
 *
 * @param wallTime seconds since 1970
 * @throws RangeError if the step is not a whole number from 0 to 2⁵³ − 1
 */
export function encodeLogEvent(event: LogEvent, wallTime: number): Uint8Array {
  if (!Number.isSafeInteger(event.step) || event.step < 0)
    throw new RangeError(`encodeLogEvent: the step must be a whole number from 0, got ${event.step}`);
  const content = 'start' in event ? message(7, sessionStart) : message(5, summary(event));
  return encodeTfRecord(concat([double(1, wallTime), wholeNumber(2, event.step), content]));
}

/** The first record of every event file. */
export function encodeFileVersion(wallTime: number): Uint8Array {
  return encodeTfRecord(concat([double(1, wallTime), text(3, 'brain.Event:2')]));
}

/** Names of a run's files must be in the order of their contents: seconds since 1970, then how many files were there. */
export function eventFileName(wallTime: number, count: number): string {
  return `events.out.tfevents.${String(Math.floor(wallTime)).padStart(10, '0')}.dust3r.${String(count).padStart(4, '0')}`;
}

/** SessionLog { status: START } */
const sessionStart = [0x08, 0x01];

type Bytes = Uint8Array | readonly number[];

function summary({ scalars = {}, images = {} }: Exclude<LogEvent, { start: true }>): Uint8Array {
  return concat([
    ...Object.entries(scalars).map(([tag, value]) => message(1, concat([text(1, tag), float(2, value)]))),
    ...Object.entries(images).map(([tag, image]) => message(1, concat([text(1, tag), message(4, picture(image))]))),
  ]);
}

const rgbColorspace = 3;

function picture({ png, width, height }: EventImage): Uint8Array {
  return concat([wholeNumber(1, height), wholeNumber(2, width), wholeNumber(3, rgbColorspace), message(4, png)]);
}

/** Wire types of protocol buffers: 0 a variable-length number, 1 eight bytes, 2 a length and that many, 5 four bytes. */
function wholeNumber(field: number, value: number): Bytes {
  return [...varint(8 * field), ...varint(value)];
}

function double(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(9);
  bytes[0] = 8 * field + 1;
  new DataView(bytes.buffer).setFloat64(1, value, true);
  return bytes;
}

function float(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(5);
  bytes[0] = 8 * field + 5;
  new DataView(bytes.buffer).setFloat32(1, value, true);
  return bytes;
}

function text(field: number, value: string): Uint8Array {
  return message(field, new TextEncoder().encode(value));
}

function message(field: number, content: Bytes): Uint8Array {
  return concat([varint(8 * field + 2), varint(content.length), content]);
}

/** Seven bits a byte, lowest first; by division, since a step may have more than 32 bits. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}

function concat(parts: readonly Bytes[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}
