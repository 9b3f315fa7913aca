import { readFileSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { fixture } from '#test/weights/torch-fixtures.ts';
import { complaints, dust3r, inPairs, type Outcome } from './command-line.ts';

const temporary = useTemporaryFolder();
const photographs = ['examples/images/office-1.jpg', 'examples/images/office-2.jpg'];
const [first] = photographs as [string];
const out = () => ['--output', temporary('out')];
const tiny = ['--random-weights', 'tiny'];

/** Mistakes that people make, and how the one line on stderr goes on after `dust3r: `. */
const mistakes: readonly (readonly [title: string, args: () => readonly string[], complaint: RegExp])[] = [
  ['an unknown command', () => ['levitate'], /^Unknown command: levitate; see dust3r --help$/],
  ['an unknown option', () => ['infer', ...photographs, ...out(), '--colour'], /^Unknown argument: colour; see/],
  [
    'an unknown engine',
    () => ['infer', ...photographs, ...out(), '--backend', 'cuda'],
    /Given: "cuda", Choices: "auto"/,
  ],
  [
    'a number that is none',
    () => ['infer', ...photographs, ...out(), '--seed', 'x'],
    /^--seed: expected a number; see/,
  ],
  ['no output', () => ['infer', ...photographs, ...tiny], /^Missing required argument: output; see dust3r --help$/],
  [
    'a truncated image',
    () => ['infer', first, temporary('cut.jpg'), ...out(), ...tiny],
    /cut\.jpg: damaged or unsuppor/,
  ],
  ['another checkpoint', () => ['convert', fixture('views.pth'), temporary('out')], /views\.pth is no checkpoint of/],
];

let outcomes: Outcome[];
beforeAll(async () => {
  await writeFile(temporary('cut.jpg'), (await readFile(first)).subarray(0, 20_000));
  outcomes = await inPairs(mistakes, ([, args]) => dust3r(...args()));
});

describe('cli/main: dust3r, used by mistake', () => {
  it.each(mistakes.map(([title, , complaint], i) => [title, complaint, i] as const))(
    'says in one line on stderr what is wrong, and exits with 1: %s',
    (_, complaint, i) => {
      const outcome = outcomes[i] as Outcome;
      const [line, ...more] = complaints(outcome);
      expect(line?.replace('dust3r: ', '')).toMatch(complaint);
      expect(more).toEqual([]);
      expect(outcome.stderr.trimEnd().split('\n').at(-1)).toBe(line);
      expect([outcome.code, outcome.stdout]).toEqual([1, '']);
    },
  );

  it('writes nothing', async () => {
    expect(await readdir(temporary(''))).toEqual(['cut.jpg']);
  });
});

describe('cli/main: dust3r, asked about itself', () => {
  it('lists its commands and options on stdout', async () => {
    const [all, one] = (await inPairs([['--help'], ['infer', '--help']], (args) => dust3r(...args))) as [
      Outcome,
      Outcome,
    ];
    expect([all.code, all.stderr, one.code, one.stderr]).toEqual([0, '', 0, '']);
    for (const command of ['infer <images..>', 'convert <source> <output>', 'setup', 'doctor'])
      expect(all.stdout).toContain(`dust3r ${command}`);
    for (const option of ['--output', '--checkpoint', '--random-weights', '--backend', '--json'])
      expect(one.stdout).toContain(option);
    for (const line of `${all.stdout}${one.stdout}`.split('\n')) expect(line.length).toBeLessThanOrEqual(110);
  });

  it('tells its version', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(await dust3r('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });
});
