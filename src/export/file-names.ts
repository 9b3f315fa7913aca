import { basename, extname } from 'node:path';

/**
 * File names for views, in their order: the last part of each name, without white space or characters that some file
 * system or format refuses, and made distinct by a number (regardless of case) where two would be equal. None begins with a dot, which would hide it.
 * @param extension replaces the name's own, for instance `.jpg`
 */
export function fileNames(names: readonly string[], extension?: string): string[] {
  const taken = new Set<string>();
  return names.map((name, view) => {
    const own = extname(name);
    const stem = safe(basename(name, own)).replace(/^\.+/, '') || `view-${view}`;
    const ending = extension ?? safe(own);
    let candidate = stem + ending;
    for (let n = 2; taken.has(candidate.toLowerCase()); n++) candidate = `${stem}-${n}${ending}`;
    taken.add(candidate.toLowerCase());
    return candidate;
  });
}

/** At most 100 characters, none of them special. */
function safe(text: string): string {
  const kept = text.replaceAll(/[\s\p{Cc}/\\:*?"<>|#%]/gu, '_');
  return [...kept].slice(0, 100).join('');
}
