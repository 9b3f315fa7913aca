import { execFileSync } from 'node:child_process';
import { runInThisContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { defaultEnvironment } from '#backend/environment.ts';

describe('backend/environment: defaultEnvironment', () => {
  const name = 'DUST3R_TEST_ENVIRONMENT';
  const { env } = runInThisContext('process') as NodeJS.Process;

  it('reaches the process itself, not only the sandbox of a test', () => {
    defaultEnvironment(name, 'first');
    expect(execFileSync('printenv', [name], { env, encoding: 'utf8' })).toBe('first\n');
    delete env[name];
  });

  it('keeps what the user has set', () => {
    env[name] = 'mine';
    defaultEnvironment(name, 'ours');
    expect(env[name]).toBe('mine');
    delete env[name];
  });
});
