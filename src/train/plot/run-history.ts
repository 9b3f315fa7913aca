import { type LogRecord, type LogValue, numberOf } from '#train/log/log-record.ts';
import { CurveTable } from './curve-table.ts';
import type { RunData } from './plot-data.ts';

/** More points do not show on a screen. */
const mostPoints = 4000;

/** What the lines of a log have told so far. */
export class RunHistory {
  private readonly steps = new CurveTable();
  private readonly tests = new Map<string, CurveTable>();
  private readonly counts = { start: 0, warning: 0, broken: 0, damaged: 0 };
  private start: LogRecord | undefined;
  private end: LogRecord | undefined;

  /** @param record undefined: of a line that could not be read */
  add(record: LogRecord | undefined): void {
    switch (record?.kind) {
      case 'start':
        this.start = record;
        this.end = undefined;
        this.counts.start++;
        return;
      case 'step':
        this.addStep(record);
        return;
      case 'evaluation':
        this.addTest(record);
        return;
      case 'warning':
      case 'broken':
        this.counts[record.kind]++;
        return;
      case 'end':
        this.end = record;
        return;
      case 'epoch':
      case 'checkpoint':
        return;
      case undefined:
        this.counts.damaged++;
    }
  }

  data(name: string): RunData {
    const steps = this.steps.curves(mostPoints);
    return {
      name,
      state: this.state(),
      notes: this.notes(steps.logged),
      steps,
      tests: [...this.tests].map(([testSet, table]) => ({ testSet, curves: table.curves(mostPoints) })),
    };
  }

  private addStep({ kind: _, step, epoch, details, ...values }: LogRecord): void {
    if (typeof step !== 'number' || typeof epoch !== 'number') {
      this.counts.damaged++;
      return;
    }
    const inner = typeof details === 'object' ? Object.entries(details) : [];
    const named = inner.map(([name, value]) => [`details/${name}`, value] as const);
    this.steps.add(step, epoch, numbersIn([...Object.entries(values), ...named]));
  }

  private addTest({ kind: _, step, epoch, test_set: testSet, ...values }: LogRecord): void {
    if (typeof step !== 'number' || typeof epoch !== 'number' || typeof testSet !== 'string') {
      this.counts.damaged++;
      return;
    }
    const table = this.tests.get(testSet) ?? new CurveTable();
    this.tests.set(testSet, table);
    const ownNames = Object.entries(values).map(([name, value]) => [name.replace(`${testSet}_`, ''), value] as const);
    table.add(step, epoch, numbersIn(ownNames));
  }

  private state(): string {
    if (this.steps.length === 0) return this.start ? 'no step logged yet' : 'not started';
    const total = this.start && numberOf(this.start, 'total_steps');
    const last = (this.end && numberOf(this.end, 'step')) ?? this.steps.lastStep + 1;
    const done = `step ${last}${total === undefined ? '' : ` of ${total}`}`;
    const reason = this.end ? String(this.end['reason']) : 'running or killed';
    return `${done}, epoch ${Number(this.steps.lastEpoch.toFixed(2))}: ${reason}`;
  }

  private notes(logged: number): string[] {
    const { start, warning, broken, damaged } = this.counts;
    return [
      ...(start > 1 ? [`started ${start} times`] : []),
      ...(logged > 1 ? [`each point is the mean of ${logged} logged steps`] : []),
      ...(warning > 0 ? [`warnings: ${warning}`] : []),
      ...(broken > 0 ? [`broken pairs: ${broken}`] : []),
      ...(damaged > 0 ? [`lines that could not be read: ${damaged}`] : []),
    ];
  }
}

function numbersIn(entries: readonly (readonly [string, LogValue])[]): [string, number][] {
  return entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number');
}
