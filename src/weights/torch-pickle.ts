import { PickleReader } from './torch-pickle-reader.ts';

/** A class or function that a pickle names. It can be called only where `call` says what that gives. */
export interface PickleGlobal {
  readonly name: string;
  call?(args: readonly unknown[]): unknown;
}

/** What a pickle may refer to; both throw for everything that is not on their list. */
export interface PickleHost {
  findGlobal(name: string): PickleGlobal;
  loadPersistent(id: unknown): unknown;
}

/** An object that accepts Python's `__setstate__`. */
export interface Stateful {
  setState(state: unknown): void;
}

/** DUSt3R's training checkpoints take some 150 000 operations; none makes more than one small object. */
const maxOperations = 1_000_000;
const maxMarks = 1_000;

/**
 * Reads one pickle (protocols 2 to 5) as data: it names globals, but what they do is decided by the host, and no code
 * is ever run. dict → Map, list → array, tuple → frozen array, bytes → Uint8Array, large int → bigint.
 * @returns the value and the position after the pickle
 * @throws Error naming the position and the operation or the global that is not supported
 */
export function unpickle(bytes: Uint8Array, start: number, host: PickleHost): { value: unknown; end: number } {
  const machine = new Machine(new PickleReader(bytes, start), host);
  return { value: machine.run(), end: machine.reader.position };
}

class Machine {
  readonly reader: PickleReader;
  readonly host: PickleHost;
  readonly memo = new Map<number, unknown>();
  private readonly stack: unknown[] = [];
  private readonly marks: number[] = [];

  constructor(reader: PickleReader, host: PickleHost) {
    this.reader = reader;
    this.host = host;
  }

  run(): unknown {
    for (let count = 0; count < maxOperations; count++) {
      const code = this.reader.uint8();
      if (code === stop) return this.pop();
      const operation = operations.get(code);
      if (!operation) throw this.reader.error(`operation ${operationName(code)} is not allowed in a checkpoint`);
      operation(this);
    }
    throw this.reader.error(`more than ${maxOperations} operations`);
  }

  push(value: unknown): void {
    this.stack.push(value);
  }

  pop(): unknown {
    if (this.stack.length <= (this.marks.at(-1) ?? 0)) throw this.reader.error('the stack is empty');
    return this.stack.pop();
  }

  top(): unknown {
    const value = this.pop();
    this.push(value);
    return value;
  }

  mark(): void {
    if (this.marks.length === maxMarks) throw this.reader.error(`nested deeper than ${maxMarks}`);
    this.marks.push(this.stack.length);
  }

  popToMark(): unknown[] {
    const mark = this.marks.pop();
    if (mark === undefined) throw this.reader.error('no mark is set');
    return this.stack.splice(mark);
  }

  popMany(count: number): unknown[] {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }

  recall(key: number): void {
    if (!this.memo.has(key)) throw this.reader.error(`memo ${key} is not set`);
    this.push(this.memo.get(key));
  }

  pushGlobal(module: unknown, name: unknown): void {
    if (typeof module !== 'string' || typeof name !== 'string') throw this.reader.error('a global must have a name');
    this.push(this.host.findGlobal(`${module}.${name}`));
  }

  /** REDUCE and NEWOBJ: a whitelisted global, given its arguments, says what stands for the object. */
  call(): void {
    const args = this.pop();
    const callee = this.pop() as Partial<PickleGlobal> | null;
    if (!Array.isArray(args)) throw this.reader.error('arguments must be a tuple');
    if (typeof callee?.call !== 'function') throw this.reader.error(`${callee?.name ?? 'a value'} cannot be called`);
    this.push(callee.call(args));
  }

  build(): void {
    const state = this.pop();
    const target = this.top();
    if (!isStateful(target)) throw this.reader.error('BUILD is not allowed on this object');
    target.setState(state);
  }

  append(items: readonly unknown[]): void {
    const list = this.top();
    if (!Array.isArray(list) || Object.isFrozen(list)) throw this.reader.error('only a list can be appended to');
    for (const item of items) list.push(item);
  }

  setItems(pairs: readonly unknown[]): void {
    const dict = this.top();
    if (!(dict instanceof Map) || pairs.length % 2 !== 0) throw this.reader.error('only a dict can take items');
    for (let i = 0; i < pairs.length; i += 2) dict.set(pairs[i], pairs[i + 1]);
  }
}

function isStateful(value: unknown): value is Stateful {
  return typeof (value as Partial<Stateful> | null | undefined)?.setState === 'function';
}

const stop = '.'.charCodeAt(0);
const push = (read: (reader: PickleReader) => unknown) => (m: Machine) => m.push(read(m.reader));
const tuple = (items: unknown[]) => Object.freeze(items);

const operations: ReadonlyMap<number, (m: Machine) => void> = new Map<number, (m: Machine) => void>([
  [0x80, (m) => m.reader.expectProtocol()],
  [0x95, (m) => m.reader.skip(8)], // FRAME
  [0x28, (m) => m.mark()],
  [0x30, (m) => m.pop()],
  [0x31, (m) => m.popToMark()],
  [0x32, (m) => m.push(m.top())], // DUP
  [0x4e, push(() => null)],
  [0x88, push(() => true)],
  [0x89, push(() => false)],
  [0x4a, push((r) => r.int32())],
  [0x4b, push((r) => r.uint8())],
  [0x4d, push((r) => r.uint16())],
  [0x8a, push((r) => r.long(r.uint8()))],
  [0x8b, push((r) => r.long(r.uint32()))],
  [0x47, push((r) => r.float64())],
  [0x58, push((r) => r.text(r.uint32()))],
  [0x8c, push((r) => r.text(r.uint8()))],
  [0x8d, push((r) => r.text(r.uint64()))],
  [0x55, push((r) => r.text(r.uint8()))], // SHORT_BINSTRING and BINSTRING, as Python 2 wrote text
  [0x54, push((r) => r.text(r.uint32()))],
  [0x42, push((r) => r.bytes(r.uint32()))],
  [0x43, push((r) => r.bytes(r.uint8()))],
  [0x8e, push((r) => r.bytes(r.uint64()))],
  [0x7d, push(() => new Map())],
  [0x5d, push(() => [])],
  [0x29, push(() => tuple([]))],
  [0x85, (m) => m.push(tuple(m.popMany(1)))],
  [0x86, (m) => m.push(tuple(m.popMany(2)))],
  [0x87, (m) => m.push(tuple(m.popMany(3)))],
  [0x74, (m) => m.push(tuple(m.popToMark()))],
  [0x6c, (m) => m.push(m.popToMark())], // LIST
  [0x61, (m) => m.append([m.pop()])],
  [0x65, (m) => m.append(m.popToMark())],
  [0x73, (m) => m.setItems(m.popMany(2))],
  [0x75, (m) => m.setItems(m.popToMark())],
  [0x71, (m) => m.memo.set(m.reader.uint8(), m.top())],
  [0x72, (m) => m.memo.set(m.reader.uint32(), m.top())],
  [0x94, (m) => m.memo.set(m.memo.size, m.top())],
  [0x68, (m) => m.recall(m.reader.uint8())],
  [0x6a, (m) => m.recall(m.reader.uint32())],
  [0x63, (m) => m.pushGlobal(m.reader.line(), m.reader.line())],
  [0x93, (m) => m.pushGlobal(...(m.popMany(2) as [unknown, unknown]))],
  [0x51, (m) => m.push(m.host.loadPersistent(m.pop()))],
  [0x52, (m) => m.call()],
  [0x81, (m) => m.call()],
  [0x62, (m) => m.build()],
]);

const refusedNames: ReadonlyMap<number, string> = new Map([
  [0x69, 'INST'],
  [0x6f, 'OBJ'],
  [0x50, 'PERSID'],
  [0x82, 'EXT1'],
  [0x83, 'EXT2'],
  [0x84, 'EXT4'],
  [0x92, 'NEWOBJ_EX'],
]);

function operationName(code: number): string {
  return refusedNames.get(code) ?? `0x${code.toString(16).padStart(2, '0')}`;
}
