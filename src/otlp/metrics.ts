/** Metrics as OpenTelemetry's protocol has them, whether they came as protobuf or as JSON. */

/** What an attribute may hold. */
export type AttributeValue =
  | { readonly kind: "empty" }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "integer"; readonly value: number | bigint }
  | { readonly kind: "double"; readonly value: number }
  | { readonly kind: "list"; readonly values: readonly AttributeValue[] }
  | { readonly kind: "map"; readonly values: Attributes }
  | { readonly kind: "bytes"; readonly value: Uint8Array };

/** In the order in which they were sent; a name may occur twice. */
export type Attributes = readonly (readonly [name: string, value: AttributeValue])[];

/** Metrics of one source. */
export interface ResourceMetrics {
  readonly attributes: Attributes;
  readonly scopes: readonly ScopeMetrics[];
}

/** Metrics of one part of a source: a library, usually. */
export interface ScopeMetrics {
  readonly name: string;
  readonly version: string;
  readonly schemaUrl: string;
  readonly attributes: Attributes;
  readonly metrics: readonly Metric[];
}

export interface Metric {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly body: MetricBody;
}

/** "delta": each point tells what happened since the one before. */
export type Temporality = "unspecified" | "delta" | "cumulative";

export type MetricBody =
  | { readonly kind: "gauge"; readonly points: readonly NumberPoint[] }
  | {
      readonly kind: "sum";
      readonly points: readonly NumberPoint[];
      readonly temporality: Temporality;
      readonly isMonotonic: boolean;
    }
  | {
      readonly kind: "histogram";
      readonly points: readonly HistogramPoint[];
      readonly temporality: Temporality;
    }
  | {
      readonly kind: "exponentialHistogram";
      readonly points: readonly ExponentialPoint[];
      readonly temporality: Temporality;
    }
  | { readonly kind: "summary"; readonly points: readonly SummaryPoint[] }
  | { readonly kind: "unknown" };

/** What every point has. */
export interface Point {
  readonly attributes: Attributes;
  readonly timestampMs: number;
  /** When counting began; 0 where that is not known. */
  readonly startTimestampMs: number;
  /** Whether there is no value: the series ends here. */
  readonly isEnd: boolean;
}

export interface NumberPoint extends Point {
  readonly value: number;
  readonly exemplars: readonly SentExemplar[];
}

export interface HistogramPoint extends Point {
  readonly count: number;
  readonly sum: number | undefined;
  /** One more than bounds; not cumulative. */
  readonly bucketCounts: readonly number[];
  readonly bounds: readonly number[];
  readonly exemplars: readonly SentExemplar[];
}

export interface ExponentialPoint extends Point {
  readonly count: number;
  readonly sum: number | undefined;
  readonly scale: number;
  readonly zeroCount: number;
  readonly positive: ExponentialBuckets;
  readonly negative: ExponentialBuckets;
  readonly exemplars: readonly SentExemplar[];
}

export interface ExponentialBuckets {
  /** The index of the first bucket. */
  readonly offset: number;
  readonly counts: readonly number[];
}

export interface SummaryPoint extends Point {
  readonly count: number;
  readonly sum: number;
  readonly quantiles: readonly { readonly quantile: number; readonly value: number }[];
}

export interface SentExemplar {
  readonly attributes: Attributes;
  readonly timestampMs: number;
  /** Undefined when none was sent, which is an error. */
  readonly value: number | undefined;
  /** Hexadecimal; empty when there is none. */
  readonly traceId: string;
  readonly spanId: string;
}
