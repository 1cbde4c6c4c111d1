import { compareLabels, type Labels, labelsKey, SampleBuffer } from "#series";
import { encodeSamples, newUlid, type SeriesChunks, writeBlock } from "#tsdb";
import type { Surroundings } from "../surroundings.ts";

/**
 * Samples gathered to become one block. They may come in any order; of those of a series at the same
 * time the first one counts.
 */
export class ImportedSeries {
  readonly #series = new Map<string, ImportedSamples>();

  /** The series with these labels, which is made when it is new. */
  seriesOf(labels: Labels): ImportedSamples {
    const key = labelsKey(labels);
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    const added = new ImportedSamples(labels);
    this.#series.set(key, added);
    return added;
  }

  /** Writes the block and gives its directory; undefined when there is nothing to write. */
  async write(
    directory: string,
    { disk, clock, random }: Surroundings,
  ): Promise<string | undefined> {
    const series = this.#encoded();
    const times = series.flatMap(({ chunks }) => chunks);
    if (times.length === 0) return undefined;
    const minMs = times.reduce((least, { minMs: one }) => Math.min(least, one), Infinity);
    const maxMs = times.reduce((most, { maxMs: one }) => Math.max(most, one), -Infinity);
    const ulid = newUlid(random, clock.nowMs());
    await writeBlock(disk, directory, series, {
      ulid,
      minMs,
      maxMs: maxMs + 1,
      compaction: {
        level: 1,
        sources: [ulid],
        parents: [],
        failed: false,
        deletable: false,
        hints: [],
      },
    });
    return `${directory}/${ulid}`;
  }

  #encoded(): readonly SeriesChunks[] {
    return [...this.#series.values()]
      .sort((left, right) => compareLabels(left.labels, right.labels))
      .map((samples) => ({ labels: samples.labels, chunks: encodeSamples(samples.sorted()) }));
  }
}

/** The samples of one series. */
export class ImportedSamples {
  readonly labels: Labels;
  readonly #buffer = new SampleBuffer(8);
  #isSorted = true;

  constructor(labels: Labels) {
    this.labels = labels;
  }

  add(timestampMs: number, value: number): void {
    const { timestampsMs, count } = this.#buffer;
    const lastMs = count === 0 ? Number.NEGATIVE_INFINITY : (timestampsMs[count - 1] ?? 0);
    if (timestampMs <= lastMs) this.#isSorted = false;
    this.#buffer.addFloat(timestampMs, value);
  }

  /** In order of time, each time once. */
  sorted(): SampleBuffer {
    return this.#isSorted ? this.#buffer : sortedSamples(this.#buffer);
  }
}

function sortedSamples(buffer: SampleBuffer): SampleBuffer {
  const rows = Array.from({ length: buffer.count }, (_, row) => row);
  const timeOf = (row: number) => buffer.timestampsMs[row] ?? 0;
  rows.sort((left, right) => timeOf(left) - timeOf(right));
  const sorted = new SampleBuffer(buffer.count);
  for (const row of rows) {
    const isRepeated = sorted.count > 0 && sorted.timestampsMs[sorted.count - 1] === timeOf(row);
    if (!isRepeated) sorted.addFloat(timeOf(row), buffer.values[row] ?? 0);
  }
  return sorted;
}
