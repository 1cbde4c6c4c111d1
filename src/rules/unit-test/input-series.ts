import { parseSeriesLine, parseStartOffsets, PromqlError, type SequenceValue } from "#promql";
import { type Appendable, type Labels, labelsKey } from "#series";
import type { TestGroup } from "./test-file.ts";

interface InputSeries {
  readonly labels: Labels;
  readonly values: readonly SequenceValue[];
  /** When the counter of each sample began, relative to the sample. */
  startOffsetsMs: readonly (number | undefined)[];
}

/** The given series of a test, which appear in the storage as time goes by. */
export class InputFeed {
  readonly #series: readonly InputSeries[];
  readonly #startMs: number;
  readonly #intervalMs: number;
  #nextIndex = 0;

  /** Throws for a series that is not of the notation. */
  constructor(group: TestGroup, intervalMs: number) {
    this.#series = parseInput(group);
    this.#startMs = group.startMs;
    this.#intervalMs = intervalMs;
  }

  /** Appends all samples up to this time that have not been appended before. */
  async appendUntil(storage: Appendable, timeMs: number): Promise<void> {
    const endIndex = Math.floor((timeMs - this.#startMs) / this.#intervalMs) + 1;
    if (endIndex <= this.#nextIndex) return;
    const appender = storage.appender();
    for (const series of this.#series) {
      const ref = appender.seriesRef(series.labels);
      for (let index = this.#nextIndex; index < Math.min(endIndex, series.values.length); index++) {
        const sample = series.values[index];
        const timestampMs = this.#startMs + index * this.#intervalMs;
        const startOffsetMs = series.startOffsetsMs[index];
        const startMs = startOffsetMs === undefined ? 0 : timestampMs + startOffsetMs;
        if (sample?.kind === "stale") appender.appendStale(ref, timestampMs);
        else if (sample?.kind === "float") {
          appender.appendFloat(ref, timestampMs, sample.value, startMs);
        } else if (sample?.kind === "histogram") {
          appender.appendHistogram(ref, timestampMs, sample.histogram, startMs);
        }
      }
    }
    await appender.commit();
    this.#nextIndex = endIndex;
  }
}

function parseInput(group: TestGroup): readonly InputSeries[] {
  const series = new Map<string, InputSeries>();
  const offsets = new Map<string, readonly (number | undefined)[]>();
  for (const [index, { series: name, values }] of group.inputSeries.entries()) {
    const marked = /^(.*)@st$/s.exec(name.trim())?.[1];
    const line = marked === undefined ? `${name} ${values}` : marked;
    const { labels, values: parsed } = parseLine(line, index);
    const key = labelsKey(labels);
    if (marked === undefined) series.set(key, { labels, values: parsed, startOffsetsMs: [] });
    else offsets.set(key, parseStartOffsets(values));
  }
  for (const [key, each] of series) each.startOffsetsMs = offsets.get(key) ?? [];
  return [...series.values()];
}

/** Upstream reads all series as one text that has a line above them. */
function parseLine(line: string, index: number): ReturnType<typeof parseSeriesLine> {
  try {
    return parseSeriesLine(line);
  } catch (error) {
    if (!(error instanceof PromqlError)) throw error;
    const placed = error.message.replace(/^1:/, `${index + 2}:`);
    throw new Error(placed, { cause: error });
  }
}
