import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Argv, CommandModule } from 'yargs';

const builder = (yargs: Argv) =>
  yargs
    .positional('folder', { type: 'string', demandOption: true, describe: 'output folder of infer or reconstruct' })
    .option('port', {
      type: 'number',
      default: 8080,
      describe: 'first port to try; a taken one makes way for the next',
    })
    .option('open', { type: 'boolean', default: false, describe: 'open the browser as well' });

type Arguments = Awaited<ReturnType<typeof builder>['argv']>;

/** `dust3r view scene`: serves a scene's viewer to this machine until Ctrl-C. */
export const viewCommand: CommandModule<object, Arguments> = {
  command: 'view <folder>',
  describe: 'show a scene in the browser',
  builder: builder as (yargs: Argv) => Argv<Arguments>,
  handler: async ({ folder, port, open }) => {
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new Error(`--port: expected a whole number from 0 to 65535, got ${port}`);
    await expectViewer(folder);
    const { serveFolder } = await import('#viewer/serve-folder.ts');
    const { url, close } = await serveFolder(folder, { port });
    console.log(`${url} shows ${folder}; Ctrl-C ends`);
    if (open) openBrowser(url);
    await untilInterrupted();
    await close();
  },
};

async function expectViewer(folder: string): Promise<void> {
  const page = await stat(join(folder, 'index.html')).catch(() => undefined);
  if (!page?.isFile()) {
    throw new Error(`${folder}: expected a folder with the viewer's index.html, as infer and reconstruct write it`);
  }
}

function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

function openBrowser(url: string): void {
  const [program, ...args] = opener(process.platform);
  const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true });
  child.on('error', () => console.error(`no browser could be opened with ${program}; open ${url} yourself`));
  child.unref();
}

function opener(platform: NodeJS.Platform): readonly [program: string, ...args: string[]] {
  if (platform === 'darwin') return ['open'];
  return platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open'];
}
