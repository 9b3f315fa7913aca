import type { TorchStorage } from './torch-tensor.ts';

/** What both of torch.save's formats come down to. */
export interface TorchFile {
  /** The unpickled value; see unpickle for the types. */
  readonly value: unknown;
  readonly bigEndian: boolean;
  /** Byte in the file at which a storage's data begin. */
  positionOf(storage: TorchStorage): Promise<number>;
}

/** A training checkpoint's pickle has about a megabyte. */
export const maxPickleBytes = 2 ** 25;
