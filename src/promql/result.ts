import type { Histogram, Labels } from "#series";

/** What a query evaluates to. */
export type QueryValue = ScalarValue | StringValue | VectorValue | MatrixValue;

export interface ScalarValue {
  readonly type: "scalar";
  readonly timestampMs: number;
  readonly value: number;
}

export interface StringValue {
  readonly type: "string";
  readonly timestampMs: number;
  readonly value: string;
}

/** One sample per series, all of the evaluation's time. Ordered only where the query orders. */
export interface VectorValue {
  readonly type: "vector";
  readonly timestampMs: number;
  readonly samples: readonly VectorSample[];
}

export interface VectorSample {
  readonly labels: Labels;
  /** NaN when there is a histogram. */
  readonly value: number;
  readonly histogram: Histogram | undefined;
}

/** Series sorted by labels. */
export interface MatrixValue {
  readonly type: "matrix";
  readonly series: readonly MatrixSeries[];
}

/** The points of a series in time order, column by column. */
export interface MatrixSeries {
  readonly labels: Labels;
  /** Not to be changed: several series may have the same. */
  readonly timestampsMs: Float64Array;
  /** NaN in the row of a histogram. */
  readonly values: Float64Array;
  /** The histogram of each row that has one; undefined when all rows are floats. */
  readonly histograms: readonly (Histogram | undefined)[] | undefined;
}

/** The annotations as the API shows them, each with the place (line:column) that caused it. */
export interface QueryAnnotations {
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

/** What the query cost, as the API's `stats=all` shows it. Times are in seconds. */
export interface QueryStatistics {
  readonly timings: {
    readonly evalTotalTime: number;
    readonly resultSortTime: number;
    readonly queryPreparationTime: number;
    readonly innerEvalTime: number;
    readonly execQueueTime: number;
    readonly execTotalTime: number;
  };
  readonly samples: SampleStatistics;
}

export interface SampleStatistics {
  /** Samples that the steps looked at; a sample in the windows of two steps counts twice. */
  readonly totalQueryableSamples: number;
  /** Samples read; a sample in the windows of two steps counts once. */
  readonly totalSamplesRead: number;
  /** The most samples held at once, which is what the limit is about. */
  readonly peakSamples: number;
  /** Undefined unless the engine keeps them and the query asks for them. */
  readonly perStep: readonly StepStatistics[] | undefined;
}

export interface StepStatistics {
  readonly timestampMs: number;
  readonly queryableSamples: number;
  readonly samplesRead: number;
}

/** What a part of the expression gave and how long it took, its own parts included. */
export interface ExplainedExpr {
  /** Where in the query's text, as half-open UTF-16 offsets. */
  readonly start: number;
  readonly end: number;
  readonly kind: string;
  readonly seriesCount: number;
  readonly elapsedMs: number;
  readonly children: readonly ExplainedExpr[];
}

export interface QueryResult {
  readonly value: QueryValue;
  readonly annotations: QueryAnnotations;
  readonly statistics: QueryStatistics;
  /** Only when the query asks for it. */
  readonly explained: ExplainedExpr | undefined;
}
