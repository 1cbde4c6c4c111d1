import { labelsKey } from "#series";
import type { Plan } from "../plan/plan.ts";
import { sameLabelset } from "../query-error.ts";
import { absent, type Column, type ColumnPool, float } from "./column.ts";
import type { Scope, Sink } from "./scope.ts";
import { StoredColumn } from "./stored-column.ts";

/** Makes one series of those with the same labels; they must not overlap in time. */
export class SeriesMerge {
  readonly #pool: ColumnPool;
  readonly #byLabels = new Map<string, StoredColumn>();

  constructor(pool: ColumnPool) {
    this.#pool = pool;
  }

  /** Takes a column over. */
  add(column: Column): void {
    const key = labelsKey(column.labels);
    const known = this.#byLabels.get(key);
    if (known !== undefined) {
      const merged = known.load(this.#pool);
      mergeInto(merged, column);
      this.#byLabels.set(key, new StoredColumn(merged));
      this.#pool.give(merged);
    } else {
      this.#byLabels.set(key, new StoredColumn(column));
    }
    this.#pool.give(column);
  }

  /** Hands the merged series over, in the order in which their labels came first. */
  finish(sink: Sink): void {
    for (const [key, stored] of this.#byLabels) {
      this.#byLabels.delete(key);
      sink(stored.load(this.#pool));
    }
  }
}

function mergeInto(target: Column, source: Column): void {
  for (let step = 0; step < source.kinds.length; step++) {
    const kind = source.kinds[step];
    if (kind === absent) continue;
    if (target.kinds[step] !== absent) throw sameLabelset();
    const value = source.histograms?.[step];
    if (kind === float) target.setFloat(step, source.values[step] ?? 0);
    else if (value !== undefined) target.setHistogram(step, value);
  }
}

/** Runs a part that takes metric names away from the series of `source`, merging what became equal. */
export async function streamNameless(
  source: Plan,
  scope: Scope,
  sink: Sink,
  run: (sink: Sink) => Promise<void>,
): Promise<void> {
  if (!scope.mayCollide(source)) return run(sink);
  const merge = new SeriesMerge(scope.columns);
  await run((column) => {
    merge.add(column);
  });
  merge.finish(sink);
}
