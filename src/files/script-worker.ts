import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

/**
 * Starts a thread of this project. In a clone its script is TypeScript, and so may modules be that it imports: there tsx
 * is registered in the thread first (Node passes loaders on to no thread). The package holds JavaScript, which needs nothing.
 * @param modules paths of what else the thread will import
 */
export function startScript(script: URL, workerData: unknown, modules: readonly string[] = []): Worker {
  const isTypeScript = [script.pathname, ...modules].some((path) => path.endsWith('.ts'));
  if (!isTypeScript) return new Worker(script, { workerData });
  // By its place beside tsx's main file: the form for require() that resolving 'tsx/esm/api' gives does not work in 4.23.
  const tsx = new URL('./esm/api/index.mjs', pathToFileURL(createRequire(import.meta.url).resolve('tsx')));
  const start = `import('${tsx}').then(({ register }) => { register(); return import('${script}'); });`;
  return new Worker(start, { eval: true, workerData });
}
