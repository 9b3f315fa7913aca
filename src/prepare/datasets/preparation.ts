import type { FileContent } from '#files/atomic-file.ts';

type Range = readonly [least: number, most: number];

/** An option of one dataset's command. Without a default it may be left out. */
export type Flag = { readonly describe: string; readonly isSelection?: true } & (
  | { readonly type: 'string'; readonly default?: string; readonly choices?: readonly string[] }
  | { readonly type: 'number'; readonly default?: number; readonly isWhole?: true; readonly range: Range }
  | { readonly type: 'boolean'; readonly default: boolean }
);

/**
 * By camel-cased names. All but the selections decide what is written, so that they must stay the same when a folder is
 * gone on with; a selection (`isSelection`) only leaves items out of one run.
 */
export type Flags = Readonly<Record<string, Flag>>;

interface FlagValues {
  readonly string: string;
  readonly number: number;
  readonly boolean: boolean;
}

type FlagValue<Each extends Flag> = Each extends { readonly choices: readonly (infer Choice)[] }
  ? Choice
  : FlagValues[Each['type']];

/** What is chosen for each flag. */
export type OptionsOf<Own extends Flags> = {
  readonly [Name in keyof Own]:
    | FlagValue<Own[Name]>
    | (Own[Name] extends { readonly default: unknown } ? never : undefined);
};

export type FlagOptions = Readonly<Record<string, string | number | boolean | undefined>>;

/** One folder of the prepared data, such as a sequence or a scene. Plain data: it is sent to other threads. */
export interface PreparationItem {
  /** Its folder below the output, with slashes. */
  readonly key: string;
  /** How much work it is. */
  readonly frames: number;
}

/** What could not be used. */
export interface Skipped {
  /** The key of an item, or what else it belongs to. */
  readonly item: string;
  readonly file: string;
  readonly reason: string;
}

export interface PlanContext {
  readonly input: string;
  readonly signal?: AbortSignal;
  /** Tells of something that is broken and left out. The file is named relative to the input where it is inside. */
  skip(item: string, file: string, error: unknown): void;
  /** Says what is being looked at. */
  onStep(what: string): void;
}

export interface ItemContext {
  readonly input: string;
  /** Writes a file into the item's folder, making folders as needed. */
  write(name: string, content: string | Uint8Array): Promise<void>;
  /**
   * Prepares one of the item's frames. One that fails is skipped and listed: then the result is undefined.
   * @param name of the frame: what is listed unless the error names a file
   */
  frame<Result>(name: string, prepare: () => Promise<Result>): Promise<Result | undefined>;
}

/** A prepared item, in this run or an earlier one. */
export interface PreparedItem<Facts> {
  readonly key: string;
  readonly facts: Facts;
}

export interface FinishContext<Facts> {
  readonly input: string;
  /** All that the output holds, sorted by key. */
  readonly items: readonly PreparedItem<Facts>[];
  /** Writes a file into the output, whole or not at all, making folders as needed. */
  writeIndex(name: string, content: FileContent): Promise<void>;
}

/** How the raw download of one dataset becomes what its loader reads. */
export interface Preparation<
  Own extends Flags = Flags,
  Item extends PreparationItem = PreparationItem,
  Facts = unknown,
> {
  /** Of the command: `dust3r prepare <name>`. */
  readonly name: string;
  /** To be raised when the same options give other files: folders of another version are not gone on with. */
  readonly version: number;
  readonly flags: Own;
  /**
   * Lists what is to be prepared.
   * @throws Error, one line, if the input is not this dataset: what was expected there, and what was found
   */
  plan(context: PlanContext, options: OptionsOf<Own>): Promise<Item[]>;
  /**
   * Writes one item's folder. Its result depends on nothing but its arguments.
   * @returns what `finish` needs to know of it, as JSON can hold it
   * @throws Error, one line that names the file, if the item cannot be used: then it is skipped and listed
   */
  prepareItem(item: Item, context: ItemContext, options: OptionsOf<Own>): Promise<Facts>;
  /** Writes the files that list the items. */
  finish(context: FinishContext<Facts>, options: OptionsOf<Own>): Promise<void>;
}
