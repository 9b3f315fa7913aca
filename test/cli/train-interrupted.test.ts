import { spawn, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { flagOf } from '#notation/kebab-case.ts';
import { microSettings } from '#test/train/micro-run.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const temporary = useTemporaryFolder();
const ctrlC = '\x03';
const hasTerminals = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;

const quoted = (text: unknown) => `'${String(text).replaceAll("'", `'\\''`)}'`;

/** Runs a command in a terminal of its own, where Ctrl-C goes to npm and to Node alike, and types when it has said something. */
function inTerminal(command: string, typed: string, said: RegExp): Promise<{ code: number; text: string }> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn('script', ['-qec', command, '/dev/null'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  let text = '';
  let hasTyped = false;
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk;
    if (hasTyped || !said.test(text)) return;
    hasTyped = true;
    child.stdin.write(typed);
  });
  return new Promise((done) => child.once('close', (code) => done({ code: code ?? -1, text })));
}

describe('cli/train: dust3r train, through npm in a terminal', () => {
  (hasTerminals ? it : it.skip)('saves at Ctrl-C and says last how to go on', async () => {
    const folder = temporary('run');
    const settings = { ...microSettings, epochs: 5000, testDataset: undefined, outputDir: folder };
    const flags = Object.entries(settings).flatMap(([name, value]) =>
      value === undefined ? [] : [`${flagOf(name)}=${quoted(value)}`],
    );
    const command = ['npm', 'run', 'dust3r', '--', 'train', '--backend=wasm', ...flags].join(' ');
    const { code, text } = await inTerminal(command, ctrlC, /epoch 2\/5000/);
    const lines = stripVTControlCharacters(text)
      .trim()
      .split(/[\r\n]+/);
    expect(text).toContain('stopping after this step; once more leaves at once, without saving');
    expect(lines.at(-1)).toBe(`stopped and saved; to go on: dust3r train --output-dir ${folder}`);
    expect(code).toBe(130);
    const { step } = JSON.parse(await readFile(join(folder, 'checkpoint-last/state.json'), 'utf8'));
    expect(step).toBeGreaterThan(4);
  });
});
