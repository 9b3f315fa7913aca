/** Values of ours by their names in the original's logs; details have them already. */
const names: Readonly<Record<string, string>> = { learningRate: 'lr', gradientNorm: 'grad_norm' };

export function originalName(name: string): string {
  return names[name] ?? name;
}
