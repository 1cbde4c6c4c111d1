/** Series that another server sent, as queries read them. */
import {
  appendRow,
  compareLabels,
  equalLabels,
  histogramProblem,
  type Labels,
  mergeSamples,
  SampleBuffer,
  type SeriesSource,
} from "#series";
import type { WriteSeries } from "../wire/write-series.ts";
import type { ChunkCodec, SentChunk } from "./read-message.ts";

/** A series sent as samples. Throws for a histogram that cannot be. */
export function seriesOfSamples(labels: Labels, sent: WriteSeries): SeriesSource {
  const floats = floatsOf(sent);
  const histograms = histogramsOf(sent);
  const column = new SampleBuffer(floats.count + histograms.count);
  if (histograms.count === 0) mergeSamples(column, [floats]);
  else mergeSamples(column, floats.count === 0 ? [histograms] : [floats, histograms]);
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

/** A series sent as chunks, which are decoded when it is read. */
export function seriesOfChunks(
  labels: Labels,
  chunks: readonly SentChunk[],
  codec: ChunkCodec,
): SeriesSource {
  return {
    labels,
    read(buffer, minMs, maxMs) {
      const scratch = new SampleBuffer();
      let lastMs = Number.NEGATIVE_INFINITY;
      for (const chunk of chunks) {
        if (chunk.minMs > maxMs || chunk.maxMs < minMs) continue;
        scratch.clear();
        codec.decode(chunk, scratch, minMs, maxMs);
        lastMs = appendLater(buffer, scratch, lastMs);
      }
    },
  };
}

/** Sorted by labels, and each label set once: a server may send a series in several parts. */
export function joinedSeries(series: readonly SeriesSource[]): readonly SeriesSource[] {
  const sorted = [...series].sort((left, right) => compareLabels(left.labels, right.labels));
  const joined: SeriesSource[] = [];
  for (let index = 0; index < sorted.length; ) {
    const first = sorted[index];
    if (first === undefined) break;
    let end = index + 1;
    while (equalLabels(sorted[end]?.labels ?? [], first.labels)) end++;
    joined.push(end === index + 1 ? first : mergedSeries(sorted.slice(index, end)));
    index = end;
  }
  return joined;
}

/** One series of several with the same labels; of samples of the same time the first one's counts. */
export function mergedSeries(parts: readonly SeriesSource[]): SeriesSource {
  return {
    labels: parts[0]?.labels ?? [],
    read(buffer, minMs, maxMs) {
      const columns = parts.map((part) => {
        const samples = new SampleBuffer();
        part.read(samples, minMs, maxMs);
        return samples;
      });
      mergeSamples(buffer, columns);
    },
  };
}

/** Appends the rows behind `lastMs`, and gives the time of the last one. */
function appendLater(buffer: SampleBuffer, rows: SampleBuffer, lastMs: number): number {
  let endMs = lastMs;
  for (let row = 0; row < rows.count; row++) {
    const timestampMs = rows.timestampsMs[row] ?? 0;
    if (timestampMs <= endMs) continue;
    appendRow(buffer, rows, row);
    endMs = timestampMs;
  }
  return endMs;
}

/** Rows that go back in time are left out: nothing that reads series expects them. */
function floatsOf({ floats }: WriteSeries): SampleBuffer {
  const sent = new SampleBuffer(floats.count);
  sent.timestampsMs.set(floats.timestampsMs.subarray(0, floats.count));
  sent.values.set(floats.values.subarray(0, floats.count));
  sent.count = floats.count;
  const kept = new SampleBuffer(floats.count);
  appendLater(kept, sent, Number.NEGATIVE_INFINITY);
  return kept;
}

function histogramsOf({ histograms }: WriteSeries): SampleBuffer {
  const sent = new SampleBuffer(histograms.length);
  for (const { timestampMs, histogram } of histograms) {
    if (histogram === undefined) {
      sent.addStale(timestampMs);
      continue;
    }
    const problem = histogramProblem(histogram);
    if (problem !== undefined) throw new Error(problem);
    sent.addHistogram(timestampMs, histogram);
  }
  const kept = new SampleBuffer(histograms.length);
  appendLater(kept, sent, Number.NEGATIVE_INFINITY);
  return kept;
}
