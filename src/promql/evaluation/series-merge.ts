import { labelsKey } from "#series";
import type { Plan } from "../plan/plan.ts";
import { sameLabelset } from "../query-error.ts";
import { absent, type Column, float } from "./column.ts";
import { hasOneName } from "./metric-name.ts";
import type { Scope, Sink } from "./scope.ts";

/** Makes one series of those with the same labels; they must not overlap in time. */
export class SeriesMerge {
  readonly #byLabels = new Map<string, Column>();

  add(column: Column): void {
    const key = labelsKey(column.labels);
    const first = this.#byLabels.get(key);
    if (first === undefined) this.#byLabels.set(key, column);
    else mergeInto(first, column);
  }

  /** The merged series, in the order in which their labels came first. */
  columns(): Iterable<Column> {
    return this.#byLabels.values();
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
  if (!scope.removesNames || hasOneName(source)) return run(sink);
  const merge = new SeriesMerge();
  await run((column) => {
    merge.add(column);
  });
  for (const column of merge.columns()) sink(column);
}
