/**
 * Spells options with dashes, `--train-dataset=…`, that are given with underscores, as the original's published commands
 * have them: `--train_dataset=…`. Values stay as they are.
 */
export function kebabOptions(args: readonly string[]): string[] {
  return args.map((arg) => {
    const [, name, rest] = /^(--[a-z][a-z0-9_-]*)(=.*)?$/s.exec(arg) ?? [];
    return name === undefined ? arg : name.replaceAll('_', '-') + (rest ?? '');
  });
}
