/** An element of the page by its id. */
export function requireElement<Kind extends Element>(id: string, kind: new () => Kind): Kind {
  const element = document.getElementById(id) as Element | null;
  if (!(element instanceof kind)) throw new Error(`page: it has no ${kind.name} with the id "${id}"`);
  return element;
}
