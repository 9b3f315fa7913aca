import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { obtainArchive } from '#backend/native/archive.ts';
import { useTemporary } from '../temporary.ts';

describe('backend/native/archive: obtainArchive', () => {
  const temporary = useTemporary();
  let server: Server | undefined;

  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function serve(answer: Buffer | undefined): Promise<void> {
    server = createServer((_, response) => {
      response.statusCode = answer ? 200 : 404;
      response.end(answer);
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    process.env['TFJS_NODE_CDN_STORAGE'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    await mkdir(temporary.path('library'));
  }

  it('downloads and unpacks the library', async () => {
    await mkdir(temporary.path('made', 'lib'), { recursive: true });
    await writeFile(temporary.path('made', 'lib', 'libtensorflow.so.2'), 'library');
    execFileSync('tar', ['-czf', temporary.path('made.tar.gz'), '-C', temporary.path('made'), 'lib']);
    await serve(await readFile(temporary.path('made.tar.gz')));
    await obtainArchive(temporary.path('library'));
    expect(await readFile(temporary.path('library', 'lib', 'libtensorflow.so.2'), 'utf8')).toBe('library');
    expect(await readdir(temporary.path('library'))).toEqual(['lib']);
  });

  it('names the address and the answer when the host refuses', async () => {
    await serve(undefined);
    await expect(obtainArchive(temporary.path('library'))).rejects.toThrow(
      /^http:\/\/127\.0\.0\.1:\d+\/tensorflow\/libtensorflow\/libtensorflow-cpu-.*: 404 Not Found$/,
    );
  });
});
