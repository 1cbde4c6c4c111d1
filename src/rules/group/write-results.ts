import type { Appender, AppendRefusal, Histogram, Labels, SeriesRef } from "#series";
import type { LedgerSeries, SeriesLedger } from "./series-ledger.ts";

/** One sample of a rule's result. */
export interface RuleSample {
  readonly series: LedgerSeries;
  readonly value: number;
  readonly histogram: Histogram | undefined;
}

/** How many samples were not taken, by reason. */
export type Refusals = ReadonlyMap<AppendRefusal, number>;

/** Appends a rule's result, and the end of the series that are no longer in it. */
export function writeResults(
  appender: Appender,
  ledger: SeriesLedger,
  samples: readonly RuleSample[],
  timestampMs: number,
): Refusals {
  const refusals = new Map<AppendRefusal, number>();
  for (const { series, value, histogram } of samples) {
    const ref = refOf(appender, series);
    const refusal =
      histogram === undefined
        ? appender.appendFloat(ref, timestampMs, value, 0)
        : appender.appendHistogram(ref, timestampMs, histogram, 0);
    series.isTaken = refusal === undefined;
    if (refusal !== undefined) refusals.set(refusal, (refusals.get(refusal) ?? 0) + 1);
  }
  // Another rule may write the same series; then the end is refused, and rightly.
  for (const series of ledger.ended()) appender.appendStale(refOf(appender, series), timestampMs);
  return refusals;
}

/** Marks the end of series whose rule is gone. */
export function writeEnds(appender: Appender, ended: readonly Labels[], timestampMs: number): void {
  for (const labels of ended) appender.appendStale(appender.seriesRef(labels), timestampMs);
}

/** What upstream says of a sample that was not taken. */
export const refusalTexts: Readonly<Record<AppendRefusal, string>> = {
  "out of order": "out of order sample",
  "duplicate timestamp": "duplicate sample for timestamp",
  "too old": "too old sample",
  "out of bounds": "out of bounds",
  "unknown series": "unknown series",
  "invalid histogram": "invalid histogram",
};

function refOf(appender: Appender, series: LedgerSeries): SeriesRef {
  if (series.ref === undefined || !appender.isKnown(series.ref)) {
    series.ref = appender.seriesRef(series.labels);
  }
  return series.ref;
}
