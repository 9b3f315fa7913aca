import { requireElement } from './elements.ts';

/** The page is dark or light as the system is, or as chosen here; the scene's background may have any colour of its own. */
export function connectBackground(paint: (color: string) => void): void {
  const input = requireElement('background', HTMLInputElement);
  const followPage = () => {
    document.body.style.background = '';
    const color = toHex(getComputedStyle(document.body).backgroundColor);
    input.value = color;
    paint(color);
  };
  for (const scheme of ['dark', 'light'] as const) {
    requireElement(scheme, HTMLButtonElement).addEventListener('click', () => {
      document.documentElement.style.colorScheme = scheme;
      followPage();
    });
  }
  input.addEventListener('input', () => {
    document.body.style.background = input.value;
    paint(input.value);
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', followPage);
  followPage();
}

/** "rgb(25, 26, 28)" → "#191a1c". */
export function toHex(rgb: string): string {
  const channels = rgb.match(/\d+/g) ?? [];
  const [red = 0, green = 0, blue = 0] = channels.map(Number);
  return `#${[red, green, blue].map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}
