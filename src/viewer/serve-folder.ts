import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

export interface ServeOptions {
  /** The first port to try (default 8080); 0 lets the system choose. */
  readonly port?: number;
  /** How many ports are tried, each one above the last (default 20). */
  readonly attempts?: number;
}

export interface ServedFolder {
  readonly url: string;
  close(): Promise<void>;
}

const host = '127.0.0.1';

const mimeTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
  '.glb': 'model/gltf-binary',
  '.gltf': 'model/gltf+json',
};
const anyBytes = 'application/octet-stream';

/**
 * Serves the files of one folder to this machine alone: read-only, no listings, nothing outside the folder, also not
 * through links, and only to pages that were asked for by this machine's own name (so that no website can reach it).
 *
 * @throws Error if there is no such folder, or no port is free
 */
export async function serveFolder(
  folder: string,
  { port = 8080, attempts = 20 }: ServeOptions = {},
): Promise<ServedFolder> {
  const root = await realpath(folder).catch((error: Error) => {
    throw new Error(`${folder}: expected a folder to serve, there is none`, { cause: error });
  });
  const server = createServer((request, response) => {
    answer(root, request, response).catch(() => response.destroy()); // the reader went away, or the file did
  });
  await listenAtFirstFree(server, port, attempts);
  const { port: found } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${found}/`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

async function listenAtFirstFree(server: Server, port: number, attempts: number): Promise<void> {
  const last = Math.min(65_535, port + attempts - 1);
  for (let next = port; next <= last; next++) {
    if (await listens(server, next)) return;
  }
  throw new Error(`serve: no port from ${port} to ${last} is free; name another one`);
}

/** False if the port is taken, or not for everyone. */
function listens(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => {
      server.removeAllListeners('listening');
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    };
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      resolve(true);
    });
  });
}

async function answer(root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!isOwnName(request.headers.host)) return refuse(response, 403);
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405);
  const file = await findFile(root, request.url ?? '/');
  if (!file) return refuse(response, 404);
  response.writeHead(200, {
    'Content-Type': mimeTypes[extname(file.path).toLowerCase()] ?? anyBytes,
    'Content-Length': file.size,
    'Cache-Control': 'no-cache',
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
  });
  if (request.method === 'HEAD') response.end();
  else await pipeline(createReadStream(file.path, { end: Math.max(0, file.size - 1) }), response);
}

/** A website that makes a name of its own point here still asks by that name. */
function isOwnName(name: string | undefined): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(name ?? '');
}

async function findFile(root: string, url: string): Promise<{ path: string; size: number } | undefined> {
  try {
    const path = decodeURIComponent(new URL(url, 'http://localhost').pathname);
    const found = await realpath(join(root, path.endsWith('/') ? `${path}index.html` : path));
    if (!found.startsWith(root.endsWith(sep) ? root : root + sep)) return undefined;
    const entry = await stat(found);
    return entry.isFile() ? { path: found, size: entry.size } : undefined;
  } catch {
    return undefined; // no such file, or an address that is none: the same to whoever asks
  }
}

function refuse(response: ServerResponse, status: 403 | 404 | 405): void {
  const texts = { 403: 'forbidden', 404: 'not found', 405: 'only GET and HEAD' };
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${texts[status]}\n`);
}
