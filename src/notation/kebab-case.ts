/** minQuality → min-quality */
export function kebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** minQuality → --min-quality */
export function flagOf(name: string): string {
  return `--${kebabCase(name)}`;
}
