import { type SceneHeader, viewFileNames } from '#viewer/scene-format.ts';
import { requireElement } from './elements.ts';

/** Where the page's data comes from: elements of its own, or files beside it. */
export interface SceneSource {
  /** A view's packed map. */
  map(view: number): Promise<Uint8Array<ArrayBuffer>>;
  /** The address of a view's photograph. */
  photograph(view: number): string;
}

export function openSource({ dataFolder }: SceneHeader): SceneSource {
  if (dataFolder === undefined) return embedded;
  if (location.protocol === 'file:') {
    throw new Error(
      'This page keeps its data in files beside it, which a browser reads through a server only.\nOpen it with: dust3r view <this folder>',
    );
  }
  return served(dataFolder);
}

const embedded: SceneSource = {
  map: async (view) => fromBase64(takeText(`map-${view}`)),
  photograph: (view) => `data:image/jpeg;base64,${takeText(`photograph-${view}`)}`,
};

function served(folder: string): SceneSource {
  const address = (file: string) => `${folder}/${file}`;
  return {
    map: async (view) => {
      const file = address(viewFileNames(view).map);
      const response = await fetch(file);
      if (!response.ok) throw new Error(`${file} beside this page could not be read: ${response.status}`);
      return new Uint8Array(await response.arrayBuffer());
    },
    photograph: (view) => address(viewFileNames(view).photograph),
  };
}

/** The text of a data element, which is removed: its memory is wanted. */
export function takeText(id: string): string {
  const element = requireElement(id, HTMLScriptElement);
  element.remove();
  return element.text;
}

function fromBase64(base64: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
