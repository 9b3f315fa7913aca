/** What a piece of work took. On a machine that does other work too, the processor time is the steadier of the two. */
export interface Cost {
  readonly seconds: number;
  /** User and system time of all threads of this process. */
  readonly cpuSeconds: number;
}

/** Starts a clock; calling it gives what has been spent since. */
export function startClock(): () => Cost {
  const start = performance.now();
  const cpu = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return { seconds: (performance.now() - start) / 1e3, cpuSeconds: (user + system) / 1e6 };
  };
}

export function sumCosts(costs: readonly Cost[]): Cost {
  const total = (key: keyof Cost) => costs.reduce((sum, cost) => sum + cost[key], 0);
  return { seconds: total('seconds'), cpuSeconds: total('cpuSeconds') };
}

export function medianCost(costs: readonly Cost[]): Cost {
  const middle = (key: keyof Cost) => median(costs.map((cost) => cost[key]));
  return { seconds: middle('seconds'), cpuSeconds: middle('cpuSeconds') };
}

/** The least of each: what the machine does when nothing else is in the way. */
export function leastCost(costs: readonly Cost[]): Cost {
  const least = (key: keyof Cost) => Math.min(...costs.map((cost) => cost[key]));
  return { seconds: least('seconds'), cpuSeconds: least('cpuSeconds') };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
}
