import {
  type CounterResetHint,
  type Histogram,
  isReset,
  noBuckets,
  type SampleBuffer,
} from "#series";

/**
 * Takes the buckets out of a buffer's histograms, which nobody will look at. Whether a counter began
 * anew would not be seen without them: so that is noted as the hint of each but the first.
 */
export function reduceToStatistics(buffer: SampleBuffer): void {
  const { histograms } = buffer;
  if (histograms === undefined) return;
  let previous: Histogram | undefined;
  for (let row = 0; row < buffer.count; row++) {
    const value = histograms[row];
    if (value === undefined) continue;
    histograms[row] = statisticsOf(value, hintOf(value, previous));
    previous = value;
  }
}

function hintOf(value: Histogram, previous: Histogram | undefined): CounterResetHint {
  if (value.counterResetHint !== "unknown" || previous === undefined) return value.counterResetHint;
  return isReset(value, previous) ? "reset" : "notReset";
}

function statisticsOf(value: Histogram, counterResetHint: CounterResetHint): Histogram {
  return {
    schema: value.schema,
    counts: "float",
    counterResetHint,
    zeroThreshold: 0,
    zeroCount: 0,
    count: value.count,
    sum: value.sum,
    positive: noBuckets,
    negative: noBuckets,
    customValues: noBuckets.bucketCounts,
  };
}
