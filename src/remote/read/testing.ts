/** A storage and a codec that tests of remote read hand in. */
import {
  appendRow,
  histogramOf,
  type LabelMatcher,
  type Labels,
  labelValue,
  type Queryable,
  SampleBuffer,
  type SeriesSource,
} from "#series";
import type { ChunkCodec } from "./read-message.ts";

/**
 * A series of a sample each ten seconds: a number, `stale`, `h2` for a histogram of two observations,
 * `_` for none.
 */
export function seriesOf(labels: Labels, notation: string): SeriesSource {
  const column = new SampleBuffer();
  for (const [index, item] of notation.split(" ").entries()) {
    const timestampMs = index * 10_000;
    addItem(column, timestampMs, item);
  }
  return {
    labels,
    read(buffer, minMs, maxMs) {
      for (let row = 0; row < column.count; row++) {
        const timestampMs = column.timestampsMs[row] ?? 0;
        if (timestampMs >= minMs && timestampMs <= maxMs) appendRow(buffer, column, row);
      }
    },
  };
}

/** What `seriesOf` would take. */
export function notationOf(source: SeriesSource, minMs = 0, maxMs = 1e9): string {
  const samples = new SampleBuffer();
  source.read(samples, minMs, maxMs);
  const items = Array.from({ length: samples.count }, (_, row) => {
    const histogram = samples.histograms?.[row];
    const words = new Uint32Array(samples.values.buffer, row * 8, 2);
    const value = histogram === undefined ? String(samples.values[row]) : `h${histogram.count}`;
    const isStale = histogram === undefined && words[0] === 2 && value === "NaN";
    return `${(samples.timestampsMs[row] ?? 0) / 1_000}:${isStale ? "stale" : value}`;
  });
  return items.join(" ");
}

export function storageOf(series: readonly SeriesSource[]): Queryable {
  const fits = (labels: Labels, matchers: readonly LabelMatcher[]) =>
    matchers.every((matcher) => matcher.matches(labelValue(labels, matcher.name)));
  return {
    querier: async () => ({
      select: async (matchers) => series.filter(({ labels }) => fits(labels, matchers)),
      labelNames: async () => ["__name__"],
      labelValues: async () => ["a"],
      warnings: [],
      async [Symbol.asyncDispose]() {},
    }),
  };
}

/** Chunks of two samples each, as their numbers one after another. */
export const pairCodec: ChunkCodec = {
  encode(samples) {
    return Array.from({ length: Math.ceil(samples.count / 2) }, (_, index) => {
      const [from, to] = [index * 2, Math.min(samples.count, index * 2 + 2)];
      const times = samples.timestampsMs.slice(from, to);
      const numbers = new Float64Array((to - from) * 2);
      numbers.set(times);
      numbers.set(samples.values.subarray(from, to), times.length);
      const bytes = new Uint8Array(numbers.buffer);
      return { encoding: 1, bytes, minMs: times[0] ?? 0, maxMs: times.at(-1) ?? 0 };
    });
  },
  decode({ bytes }, buffer, minMs, maxMs) {
    const numbers = new Float64Array(bytes.slice().buffer);
    const count = numbers.length / 2;
    for (let row = 0; row < count; row++) {
      const timestampMs = numbers[row] ?? 0;
      if (timestampMs < minMs || timestampMs > maxMs) continue;
      buffer.addFloat(timestampMs, 0);
      buffer.values.set(numbers.subarray(count + row, count + row + 1), buffer.count - 1);
    }
  },
};

function addItem(column: SampleBuffer, timestampMs: number, item: string): void {
  if (item === "_") return;
  if (item === "stale") {
    column.addStale(timestampMs);
    return;
  }
  if (!item.startsWith("h")) {
    column.addFloat(timestampMs, Number(item));
    return;
  }
  const count = Number(item.slice(1));
  column.addHistogram(timestampMs, histogramOf({ count, sum: count, buckets: [count] }));
}
