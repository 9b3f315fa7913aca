import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ServedFolder, serveFolder } from '#viewer/serve-folder.ts';

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** As it stands: clients such as fetch would tidy up the path first. */
function ask(url: string, path: string, { method = 'GET', host = '' } = {}): Promise<Answer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const headers = host ? { host } : {};
    request({ hostname, port, path, method, headers }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, type: String(response.headers['content-type']), body }),
      );
    })
      .on('error', reject)
      .end();
  });
}

describe('viewer/serve-folder', () => {
  let base = '';
  let server: ServedFolder;

  beforeAll(async () => {
    base = mkdtempSync(join(tmpdir(), 'serve-folder-'));
    const folder = join(base, 'scene');
    mkdirSync(join(folder, 'viewer'), { recursive: true });
    mkdirSync(join(base, 'scene-secret'));
    writeFileSync(join(base, 'secret.txt'), 'secret');
    writeFileSync(join(base, 'scene-secret', 'secret.txt'), 'secret');
    writeFileSync(join(folder, 'index.html'), '<!doctype html>page');
    writeFileSync(join(folder, 'viewer', 'a b.jpg'), 'photograph');
    writeFileSync(join(folder, 'depth.npy'), 'depth');
    writeFileSync(join(folder, 'empty.json'), '');
    symlinkSync(join(base, 'secret.txt'), join(folder, 'link.txt'));
    server = await serveFolder(folder, { port: 0 });
  });

  afterAll(async () => {
    await server.close();
    rmSync(base, { recursive: true });
  });

  it('serves files with their types, and the page at the root', async () => {
    const page = { status: 200, type: 'text/html; charset=utf-8', body: '<!doctype html>page' };
    expect(await ask(server.url, '/')).toEqual(page);
    expect(await ask(server.url, '/index.html?x=1#y')).toEqual(page);
    expect(await ask(server.url, '/viewer/a%20b.jpg')).toEqual({ status: 200, type: 'image/jpeg', body: 'photograph' });
    expect(await ask(server.url, '/depth.npy')).toMatchObject({ type: 'application/octet-stream', body: 'depth' });
    expect(await ask(server.url, '/empty.json')).toEqual({ status: 200, type: 'application/json', body: '' });
    expect(await ask(server.url, '/', { method: 'HEAD' })).toEqual({ ...page, body: '' });
  });

  it('gives nothing from outside the folder, by whatever path', async () => {
    const paths = [
      '/../secret.txt',
      '/..%2fsecret.txt',
      '/%2e%2e/secret.txt',
      '/viewer/../../secret.txt',
      '/..%5csecret.txt',
      '/../scene-secret/secret.txt',
      '/..%2fscene-secret%2fsecret.txt',
      '//etc/passwd',
      '/link.txt',
      '/index.html%00.jpg',
      '/%',
      '/viewer',
      '/viewer/',
      '/missing',
    ];
    for (const path of paths) expect([path, (await ask(server.url, path)).status]).toEqual([path, 404]);
  });

  it('answers only to this machine’s own names, and only to reading', async () => {
    expect((await ask(server.url, '/', { host: 'evil.example' })).status).toBe(403);
    expect((await ask(server.url, '/', { host: 'localhost.evil.example:80' })).status).toBe(403);
    expect((await ask(server.url, '/', { host: 'localhost:80' })).status).toBe(200);
    expect((await ask(server.url, '/', { method: 'POST' })).status).toBe(405);
  });

  it('takes the next port where one is taken, and says when there is none', async () => {
    const taken = Number(new URL(server.url).port);
    const other = await serveFolder(base, { port: taken });
    expect(Number(new URL(other.url).port)).toBeGreaterThan(taken);
    await other.close();
    await expect(serveFolder(base, { port: taken, attempts: 1 })).rejects.toThrow(
      `no port from ${taken} to ${taken} is free`,
    );
  });

  it('refuses a folder that is not there', async () => {
    await expect(serveFolder(join(base, 'none'))).rejects.toThrow('none: expected a folder to serve, there is none');
  });
});
