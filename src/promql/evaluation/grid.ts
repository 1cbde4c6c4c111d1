/** The times at which an expression is evaluated: `count` steps, `stepMs` apart. */
export interface Grid {
  readonly startMs: number;
  /** Never 0, so that it can be divided by; of no meaning when there is one step. */
  readonly stepMs: number;
  readonly count: number;
  /** Where it ends as asked for, which may be after the last step. */
  readonly endMs: number;
}

/** All steps in `[startMs, endMs]`; none when it ends before it starts. */
export function gridOf(startMs: number, endMs: number, stepMs: number): Grid {
  const count = endMs < startMs ? 0 : Math.floor((endMs - startMs) / stepMs) + 1;
  return { startMs, stepMs, count, endMs };
}

export function instantGrid(timestampMs: number): Grid {
  return { startMs: timestampMs, stepMs: 1, count: 1, endMs: timestampMs };
}

export function lastMs(grid: Grid): number {
  return grid.startMs + (grid.count - 1) * grid.stepMs;
}
