import type { SeriesRef } from "#series";
import type { SampleColumns, WalRecord } from "./record.ts";

/**
 * What a checkpoint keeps of a record: series that are needed, and what they have from `minMs` on.
 * Undefined when nothing is left.
 */
export function keepFrom(
  minMs: number,
  isNeeded: (ref: SeriesRef) => boolean,
): (record: WalRecord) => WalRecord | undefined {
  return (record) => {
    switch (record.kind) {
      case "series": {
        const series = record.series.filter(({ ref }) => isNeeded(ref));
        return series.length === 0 ? undefined : { ...record, series };
      }
      case "samples": {
        const samples = samplesFrom(record.samples, minMs);
        return samples.count === 0 ? undefined : { ...record, samples };
      }
      case "histograms": {
        const histograms = record.histograms.filter(({ sample }) => sample.timestampMs >= minMs);
        return histograms.length === 0 ? undefined : { ...record, histograms };
      }
      case "exemplars": {
        const exemplars = record.exemplars.filter(({ exemplar }) => exemplar.timestampMs >= minMs);
        return exemplars.length === 0 ? undefined : { ...record, exemplars };
      }
      case "metadata": {
        const metadata = record.metadata.filter(({ ref }) => isNeeded(ref));
        return metadata.length === 0 ? undefined : { ...record, metadata };
      }
      case "tombstones": {
        const tombstones = record.tombstones.filter(({ maxMs }) => maxMs >= minMs);
        return tombstones.length === 0 ? undefined : { ...record, tombstones };
      }
      case "mmapMarkers":
        return record;
    }
  };
}

function samplesFrom(samples: SampleColumns, minMs: number): SampleColumns {
  const { count, refs, timestampsMs, values, startTimestampsMs } = samples;
  const rows: number[] = [];
  for (let index = 0; index < count; index++) {
    if ((timestampsMs[index] ?? 0) >= minMs) rows.push(index);
  }
  if (rows.length === count) return samples;
  const picked = (column: Float64Array) => Float64Array.from(rows, (row) => column[row] ?? 0);
  return {
    count: rows.length,
    refs: picked(refs),
    timestampsMs: picked(timestampsMs),
    values: pickedBits(values, rows),
    startTimestampsMs: startTimestampsMs && picked(startTimestampsMs),
  };
}

/** Picks values as words: as numbers, stale markers might not keep their bits. */
function pickedBits(values: Float64Array, rows: readonly number[]): Float64Array {
  const from = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  const picked = new Float64Array(rows.length);
  const to = new Uint32Array(picked.buffer);
  for (const [index, row] of rows.entries()) {
    to[index * 2] = from[row * 2] ?? 0;
    to[index * 2 + 1] = from[row * 2 + 1] ?? 0;
  }
  return picked;
}
