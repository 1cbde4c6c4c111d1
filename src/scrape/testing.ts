/** A store that remembers what was committed, for tests of what appends. */
import { assert } from "#base";
import {
  type Appendable,
  type Appender,
  type AppendRefusal,
  type Exemplar,
  formatHistogram,
  formatSeries,
  type Histogram,
  type Labels,
  labelsKey,
  type MetricMetadata,
} from "#series";

interface StoredSeries {
  readonly labels: Labels;
  lastMs: number;
  lastValue: number | string;
}

/** Refuses what is out of order, as a database without a window does. */
export class RecordingStore implements Appendable {
  readonly #series: StoredSeries[] = [];
  readonly #refs = new Map<string, number>();
  #rows: string[] = [];
  #forgotten = new Set<number>();

  /** What was committed since the last call: `series value @time`, `stale` as a value. */
  take(): readonly string[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  /** Lets go of all series, as the head does with those that were quiet for long. */
  forgetSeries(): void {
    this.#forgotten = new Set(this.#refs.values());
    this.#refs.clear();
  }

  appender(): Appender {
    const rows: string[] = [];
    const changes: (() => void)[] = [];
    const append = (ref: number, timestampMs: number, value: number | string, note = "") => {
      const series = this.#series[ref - 1];
      if (series === undefined || this.#forgotten.has(ref)) return "unknown series";
      const refusal = refusalOf(series, timestampMs, value);
      if (refusal !== undefined) return refusal;
      rows.push(`${formatSeries(series.labels)} ${value}${note} @${timestampMs}`);
      changes.push(() => Object.assign(series, { lastMs: timestampMs, lastValue: value }));
      return undefined;
    };
    return {
      seriesRef: (labels) => this.#refOf(labels),
      isKnown: (ref) => ref > 0 && ref <= this.#series.length && !this.#forgotten.has(ref),
      appendFloat: (ref, timestampMs, value, startMs) =>
        append(ref, timestampMs, value, startMs === 0 ? "" : ` from ${startMs}`),
      appendStale: (ref, timestampMs) => append(ref, timestampMs, "stale"),
      appendHistogram: (ref, timestampMs, histogram: Histogram) =>
        append(ref, timestampMs, formatHistogram(histogram)),
      appendExemplar: (ref, exemplar: Exemplar) => {
        rows.push(`${this.#nameOf(ref)} exemplar ${exemplar.value} @${exemplar.timestampMs}`);
        return undefined;
      },
      setMetadata: (ref, { type, unit, help }: MetricMetadata) => {
        rows.push(`${this.#nameOf(ref)} is ${[type, unit, help].join("|")}`);
      },
      commit: async () => {
        for (const change of changes) change();
        this.#rows.push(...rows);
      },
      rollback: () => {
        rows.length = 0;
        changes.length = 0;
      },
    };
  }

  #refOf(labels: Labels): number {
    const key = labelsKey(labels);
    const known = this.#refs.get(key);
    if (known !== undefined) return known;
    const ref = this.#series.push({
      labels,
      lastMs: Number.NEGATIVE_INFINITY,
      lastValue: 0,
    });
    this.#refs.set(key, ref);
    return ref;
  }

  #nameOf(ref: number): string {
    const series = this.#series[ref - 1];
    assert(series !== undefined, "the series is known");
    return formatSeries(series.labels);
  }
}

function refusalOf(
  series: StoredSeries,
  timestampMs: number,
  value: number | string,
): AppendRefusal | undefined {
  if (timestampMs < series.lastMs) return "out of order";
  if (timestampMs > series.lastMs || Object.is(value, series.lastValue)) return undefined;
  return "duplicate timestamp";
}
