import type { Exemplar, Labels, MetricMetadata, SeriesRef } from "#series";
import type { HistogramSample } from "../chunk/chunk.ts";

/** One record of the write-ahead log, or of a checkpoint. */
export type WalRecord =
  | { readonly kind: "series"; readonly series: readonly LoggedSeries[] }
  | { readonly kind: "samples"; readonly samples: SampleColumns }
  | { readonly kind: "histograms"; readonly histograms: readonly LoggedHistogram[] }
  | { readonly kind: "exemplars"; readonly exemplars: readonly LoggedExemplar[] }
  | { readonly kind: "metadata"; readonly metadata: readonly LoggedMetadata[] }
  | { readonly kind: "tombstones"; readonly tombstones: readonly LoggedTombstone[] }
  | { readonly kind: "mmapMarkers"; readonly markers: readonly MmapMarker[] };

/** Float samples, column by column. `count` rows are valid; the typed arrays may be longer. */
export interface SampleColumns {
  readonly count: number;
  readonly refs: Float64Array;
  readonly timestampsMs: Float64Array;
  /** Every bit of every NaN is kept. */
  readonly values: Float64Array;
  /** Undefined when no sample knows it; 0 in rows that do not. */
  readonly startTimestampsMs: Float64Array | undefined;
}

export interface LoggedSeries {
  readonly ref: SeriesRef;
  readonly labels: Labels;
}

export interface LoggedHistogram {
  readonly ref: SeriesRef;
  readonly sample: HistogramSample;
}

export interface LoggedExemplar {
  readonly ref: SeriesRef;
  readonly exemplar: Exemplar;
}

export interface LoggedMetadata {
  readonly ref: SeriesRef;
  readonly metadata: MetricMetadata;
}

/** Samples of a series from `minMs` to `maxMs`, both included, are deleted. */
export interface LoggedTombstone {
  readonly ref: SeriesRef;
  readonly minMs: number;
  readonly maxMs: number;
}

/** All out-of-order samples of a series so far are in head chunk files, up to the chunk `chunkRef`. */
export interface MmapMarker {
  readonly ref: SeriesRef;
  /** File number × 2^32 + offset. */
  readonly chunkRef: bigint;
}
