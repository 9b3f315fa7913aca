/**
 * Runs a check of what an option says. A library's message begins with the name of its function or of its argument, in
 * whose place the person who typed the option is told the option.
 */
export function underOption<Result>(option: string, check: () => Result): Result {
  try {
    return check();
  } catch (error) {
    const said = (error as Error).message.replace(/^[\w ]+: /, '');
    throw new Error(`${option}: ${said}`, { cause: error });
  }
}
