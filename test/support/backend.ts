import { beforeAll } from '@jest/globals';
import { type BackendName, chooseBackend } from '#backend/choose.ts';

/**
 * Runs the tests of a file on one engine: the best that is here, or the one that DUST3R_TEST_BACKEND names.
 * Call it once, at the top level of the test file.
 */
export function useBackend(preferred: BackendName | 'auto' = wantedBackend()): void {
  beforeAll(async (): Promise<void> => {
    await chooseBackend(preferred);
  });
}

/** The engine that DUST3R_TEST_BACKEND names, or 'auto'. */
function wantedBackend(): BackendName | 'auto' {
  return (process.env['DUST3R_TEST_BACKEND'] ?? 'auto') as BackendName | 'auto';
}
