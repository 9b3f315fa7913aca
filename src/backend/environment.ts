import { runInThisContext } from 'node:vm';

/**
 * Sets an environment variable for the libraries that this process loads, unless it is set already. A sandbox like
 * jest's has its own copy of process.env, which libraries never see; hence the main context's.
 */
export function defaultEnvironment(name: string, value: string): void {
  const { env } = runInThisContext('process') as NodeJS.Process;
  env[name] ??= value;
}
