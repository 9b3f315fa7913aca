import type { ParamSpec } from '#tensor/params.ts';
import type { TensorArchive, TensorInfo } from './archive.ts';

export interface LoadOptions {
  /** Other names under which a file may hold a parameter: file's name → specification's name. */
  readonly aliases?: ReadonlyMap<string, string>;
}

interface Misshapen {
  readonly name: string;
  readonly expected: readonly number[];
  readonly found: readonly number[];
}

/** How a specification and an archive fit together. */
export interface LoadPlan {
  /** The specification's name → the archive's name of the tensor to load. */
  readonly found: ReadonlyMap<string, string>;
  readonly missing: readonly string[];
  /** Tensors of the archive that nothing asks for. */
  readonly extra: readonly string[];
  readonly misshapen: readonly Misshapen[];
}

/** Parts that differ between CroCo and DUSt3R and between their heads: what a partial load may leave aside. */
const headParts: readonly string[] = ['downstream_head1.', 'downstream_head2.', 'prediction_head.'];

/**
 * Finds each parameter's tensor in an archive. A file without any `dec_blocks2` (CroCo has one decoder) gives its
 * `dec_blocks` to both decoders (spec 1.9).
 */
export function planLoad(
  specs: ReadonlyMap<string, ParamSpec>,
  archive: Pick<TensorArchive, 'tensors'>,
  { aliases = new Map() }: LoadOptions = {},
): LoadPlan {
  const stored = archive.tensors;
  const sources = sourcesOf(stored, aliases);
  const hasSecondDecoder = [...stored.keys()].some((name) => name.startsWith('dec_blocks2'));
  const sourceOf = (name: string) =>
    sources.get(name) ?? (hasSecondDecoder ? undefined : sources.get(name.replace(/^dec_blocks2\./, 'dec_blocks.')));

  const found = new Map<string, string>();
  const missing: string[] = [];
  const misshapen: Misshapen[] = [];
  for (const [name, { shape }] of specs) {
    const source = sourceOf(name);
    if (source === undefined) {
      missing.push(name);
      continue;
    }
    found.set(name, source);
    const actual = (stored.get(source) as TensorInfo).shape;
    if (!sameShape(shape, actual)) misshapen.push({ name, expected: shape, found: actual });
  }
  const extra = [...stored.keys()].filter((name) => !specs.has(aliases.get(name) ?? name));
  return { found, missing, extra, misshapen };
}

/** Whether every parameter is there, in its shape, and nothing else. */
export function isWhole({ missing, extra, misshapen }: LoadPlan): boolean {
  return missing.length + extra.length + misshapen.length === 0;
}

/**
 * Demands that every parameter is there, in its shape, and nothing else.
 * @param source named in the error, e.g. the archive's path
 * @param wayOut what the error ends with; asked for only then
 * @throws Error, one line, that counts what is missing, extra and misshapen, and names the first of them
 */
export function expectFullLoad(plan: LoadPlan, source: string, wayOut?: () => string): void {
  if (!isWhole(plan)) throw new Error(`${source} holds another network: ${differences(plan)}${ending(wayOut)}`);
}

export interface PartialLoadOptions {
  /** Prefixes of names; the heads by default. */
  readonly parts?: readonly string[];
  readonly wayOut?: () => string;
}

/**
 * Demands the same of everything outside some parts; within them tensors may be missing (they keep their initial
 * values) or extra (they are left in the file), as when training starts from CroCo or changes the head.
 * @returns what is left aside, for the caller to report
 * @throws Error, one line, for what is missing or extra elsewhere, and all that is misshapen
 */
export function expectPartialLoad(
  plan: LoadPlan,
  source: string,
  { parts = headParts, wayOut }: PartialLoadOptions = {},
): Pick<LoadPlan, 'missing' | 'extra'> {
  const isOpen = (name: string) => parts.some((prefix) => name.startsWith(prefix));
  const outside = (names: readonly string[]) => names.filter((name) => !isOpen(name));
  const rest = { ...plan, missing: outside(plan.missing), extra: outside(plan.extra) };
  if (!isWhole(rest))
    throw new Error(
      `${source} holds another network, even without ${parts.join(', ')}: ${differences(rest)}${ending(wayOut)}`,
    );
  return { missing: plan.missing.filter(isOpen), extra: plan.extra.filter(isOpen) };
}

/** The specification's name → the archive's name; where the archive has both, the specification's own name wins. */
function sourcesOf(
  stored: ReadonlyMap<string, unknown>,
  aliases: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  for (const name of stored.keys()) {
    const target = aliases.get(name) ?? name;
    if (target === name || !stored.has(target)) sources.set(target, name);
  }
  return sources;
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

function differences({ found, missing, extra, misshapen }: LoadPlan): string {
  const kinds = [
    { count: misshapen.length, kind: 'of another shape' },
    { count: missing.length, kind: 'missing' },
    { count: extra.length, kind: 'extra' },
  ].filter(({ count }) => count > 0);
  const differing = missing.length + extra.length + misshapen.length;
  const all = found.size + missing.length + extra.length;
  const counts = kinds.map(({ count, kind }) => `${count} ${kind}`).join(', ');
  return `${differing} of ${all} tensors differ (${counts}), first ${firstOf({ missing, extra, misshapen })}`;
}

function firstOf({ missing, extra, misshapen }: Pick<LoadPlan, 'missing' | 'extra' | 'misshapen'>): string {
  const [shaped] = misshapen;
  const list = (shape: readonly number[]) => `[${shape.join(', ')}]`;
  if (shaped) return `${shaped.name}: expected shape ${list(shaped.expected)}, found ${list(shaped.found)}`;
  return missing[0] === undefined ? `${extra[0]}: expected none, found one` : `${missing[0]}: expected one, found none`;
}

function ending(wayOut?: () => string): string {
  return wayOut ? `; ${wayOut()}` : '';
}
