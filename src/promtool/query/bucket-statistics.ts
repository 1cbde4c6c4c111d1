import type { Stream } from "../http/query-value.ts";

/** How many buckets of a histogram held something, over time. */
export interface BucketStatistics {
  readonly least: number;
  readonly average: number;
  readonly most: number;
  /** All buckets that there ever were, empty ones of classic histograms included. */
  readonly total: number;
}

/** `3/4.500/6/10`: least, average, most, and the total if it is more. */
export function bucketStatistics({ least, average, most, total }: BucketStatistics): string {
  const shown = `${least}/${average.toFixed(3)}/${most}`;
  return most === total ? shown : `${shown}/${total}`;
}

/** Undefined for less than two samples, of which nothing can be said. */
export function nativeStatistics({ histograms }: Stream): BucketStatistics | undefined {
  if (histograms.length < 2) return undefined;
  const populated = histograms.map(({ buckets }) => buckets.length);
  const distinct = new Set(
    histograms.flatMap(({ buckets }) =>
      buckets.map(({ boundaries, lower, upper }) => `${boundaries}/${lower}/${upper}`),
    ),
  );
  return statisticsOf(populated, distinct.size);
}

/** Of the series of one classic histogram. Throws when their samples are not of the same times. */
export function classicStatistics(buckets: readonly Stream[]): BucketStatistics | undefined {
  const times = buckets[0]?.values.length ?? 0;
  if (times < 2) return undefined;
  const sorted = [...buckets].sort((left, right) => upperOf(left) - upperOf(right));
  const populated = Array.from({ length: times }, (_, index) => populatedAt(sorted, index));
  return statisticsOf(populated, buckets.length);
}

function statisticsOf(populated: readonly number[], total: number): BucketStatistics {
  const sum = populated.reduce((left, right) => left + right, 0);
  return {
    least: Math.min(...populated),
    average: sum / populated.length,
    most: Math.max(...populated),
    total,
  };
}

/** Buckets are cumulative: one holds something when it counts more than the one below. */
function populatedAt(buckets: readonly Stream[], index: number): number {
  let count = 0;
  let before: Stream["values"][number] | undefined;
  for (const { values } of buckets) {
    const point = values[index];
    // A bucket that is younger than the others ends what can be told of this time.
    if (point === undefined) return count;
    if (before !== undefined && before.timeS !== point.timeS) {
      throw new Error("matrix result is not time aligned");
    }
    if (Math.trunc(point.value - (before?.value ?? 0)) !== 0) count++;
    before = point;
  }
  return count;
}

function upperOf({ metric }: Stream): number {
  const text = metric.get("le") ?? "";
  return text === "+Inf" ? Number.POSITIVE_INFINITY : Number(text);
}

/** Least, average and most of some numbers. */
export class Distribution {
  count = 0;
  #least = Number.POSITIVE_INFINITY;
  #most = 0;
  #average = 0;

  add(value: number): void {
    this.#least = Math.min(this.#least, value);
    this.#most = Math.max(this.#most, value);
    this.count++;
    this.#average += value / this.count - this.#average / this.count;
  }

  format(): string {
    return `${this.#least}/${this.#average.toFixed(3)}/${this.#most}`;
  }

  equals(other: Distribution): boolean {
    return this.format() === other.format();
  }
}
