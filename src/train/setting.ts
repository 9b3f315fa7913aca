export type SettingValue = string | number | boolean;

/** What one setting of a run takes. */
export interface Setting {
  readonly kind: 'text' | 'whole' | 'number' | 'flag';
  readonly describe: string;
  /** Without it the setting may be absent. */
  readonly default?: SettingValue;
  readonly choices?: readonly string[];
  readonly least?: number;
  /** Exclusive. */
  readonly below?: number;
  /** Whether a run may go on with another value: what it learns does not depend on it. */
  readonly mayChange?: true;
}

/**
 * Returns the value if the setting takes it.
 * @param flag names it in the error
 * @throws Error with what was expected and what was found
 */
export function checkSetting(flag: string, setting: Setting, value: unknown): SettingValue {
  const expected = accepts(setting, value) ? undefined : expectation(setting);
  if (expected) throw new Error(`${flag}: expected ${expected}, got ${JSON.stringify(value)}`);
  return value as SettingValue;
}

function accepts({ kind, choices, least, below }: Setting, value: unknown): boolean {
  switch (kind) {
    case 'text':
      return typeof value === 'string' && value.trim() !== '' && (choices?.includes(value) ?? true);
    case 'flag':
      return typeof value === 'boolean';
    case 'whole':
    case 'number': {
      const isNumber = kind === 'whole' ? Number.isSafeInteger(value) : Number.isFinite(value);
      const number = value as number;
      return isNumber && number >= (least ?? Number.NEGATIVE_INFINITY) && number < (below ?? Number.POSITIVE_INFINITY);
    }
  }
}

function expectation({ kind, choices, least, below }: Setting): string {
  if (choices) return `one of ${choices.join(', ')}`;
  const range = `${least === undefined ? '' : ` from ${least}`}${below === undefined ? '' : ` to below ${below}`}`;
  return { text: 'a text', flag: 'true or false', whole: `a whole number${range}`, number: `a number${range}` }[kind];
}

/** Runs something that reads a setting, so that its errors name the flag. */
export function atFlag<T>(flag: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`${flag}: ${(error as Error).message}`, { cause: error });
  }
}
