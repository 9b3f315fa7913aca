import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { createProgress } from '#cli/progress.ts';

describe('cli/progress: createProgress', () => {
  const error = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  afterEach(() => {
    error.mockClear();
  });

  it('prints a line for each kind of work where there is no terminal', () => {
    const progress = createProgress(false);
    for (const done of [1, 2, 3]) progress.update(done, 3, 'loading weights');
    progress.update(0, 4, 'encoding');
    progress.stop();
    progress.stop();
    expect(error.mock.calls).toEqual([['loading weights'], ['encoding']]);
  });

  it('prints nothing when it is to be quiet', () => {
    const progress = createProgress(true);
    progress.update(1, 3, 'loading weights');
    progress.stop();
    expect(error).not.toHaveBeenCalled();
  });
});
