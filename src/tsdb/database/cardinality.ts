import { metricNameLabel } from "#series";
import type { SeriesTable } from "../head/series-table.ts";

export interface NamedCount {
  readonly name: string;
  readonly count: number;
}

/** What the head's series are many of: what the status page of the database shows. */
export interface Cardinality {
  readonly seriesCount: number;
  readonly labelPairCount: number;
  readonly seriesCountByMetricName: readonly NamedCount[];
  readonly labelValueCountByLabelName: readonly NamedCount[];
  /** Of the texts of names and values, each counted as often as series have it. */
  readonly memoryInBytesByLabelName: readonly NamedCount[];
  readonly seriesCountByLabelValuePair: readonly NamedCount[];
}

/** The `limit` largest of each kind, the largest first; metric names are values of `byLabel`. */
export function measureCardinality(
  series: SeriesTable,
  limit: number,
  byLabel = metricNameLabel,
): Cardinality {
  const metrics = new Largest(limit);
  const values = new Largest(limit);
  const bytes = new Largest(limit);
  const pairs = new Largest(limit);
  for (const name of series.pairs.names()) {
    const pairNumbers = series.pairs.pairsOf(name) ?? new Map<string, number>();
    values.add(name, pairNumbers.size);
    let nameBytes = 0;
    for (const [value, pair] of pairNumbers) {
      const count = series.postings.length(pair);
      if (name === byLabel) metrics.add(value, count);
      pairs.add(`${name}=${value}`, count);
      nameBytes += count * (name.length + value.length);
    }
    bytes.add(name, nameBytes);
  }
  return {
    seriesCount: series.count,
    labelPairCount: series.pairs.count,
    seriesCountByMetricName: metrics.list(),
    labelValueCountByLabelName: values.list(),
    memoryInBytesByLabelName: bytes.list(),
    seriesCountByLabelValuePair: pairs.list(),
  };
}

/** The largest counts seen, without keeping all of them. */
class Largest {
  readonly #limit: number;
  #kept: NamedCount[] = [];
  #least = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(name: string, count: number): void {
    if (this.#kept.length >= this.#limit && count <= this.#least) return;
    this.#kept.push({ name, count });
    if (this.#kept.length >= this.#limit * 2 + 16) this.#trim();
  }

  list(): readonly NamedCount[] {
    this.#trim();
    return this.#kept;
  }

  #trim(): void {
    this.#kept.sort((left, right) => right.count - left.count);
    this.#kept = this.#kept.slice(0, this.#limit);
    this.#least = this.#kept.length < this.#limit ? 0 : (this.#kept.at(-1)?.count ?? 0);
  }
}
