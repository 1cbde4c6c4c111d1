/** Points while they are read: what is not sent is zero, as in every protobuf message. */
import type {
  Attributes,
  ExponentialPoint,
  HistogramPoint,
  Metric,
  NumberPoint,
  SentExemplar,
  SummaryPoint,
  Temporality,
} from "../metrics.ts";

/** The same fields, which may be set, and lists that grow. */
export type DraftOf<T> = {
  -readonly [Key in keyof T]: T[Key] extends readonly (infer Item)[] ? Item[] : T[Key];
};

const temporalities: readonly Temporality[] = ["unspecified", "delta", "cumulative"];

/** The protocol numbers them; what it does not know is not specified. */
export function temporalityOf(number: number): Temporality {
  return temporalities[number] ?? "unspecified";
}

/** The lowest flag of a point: it has no value. */
export function isEnd(flags: number): boolean {
  return flags % 2 === 1;
}

export function emptyScope() {
  const attributes: Attributes[number][] = [];
  const metrics: Metric[] = [];
  return { name: "", version: "", schemaUrl: "", attributes, metrics };
}

export function emptyNumber(): DraftOf<NumberPoint> {
  return { ...emptyPoint(), value: 0, exemplars: noExemplars() };
}

export function emptyHistogram(): DraftOf<HistogramPoint> {
  return {
    ...emptyPoint(),
    count: 0,
    sum: undefined,
    bucketCounts: [],
    bounds: [],
    exemplars: noExemplars(),
  };
}

export function emptyExponential(): DraftOf<ExponentialPoint> {
  return {
    ...emptyPoint(),
    count: 0,
    sum: undefined,
    scale: 0,
    zeroCount: 0,
    positive: { offset: 0, counts: [] },
    negative: { offset: 0, counts: [] },
    exemplars: noExemplars(),
  };
}

export function emptySummary(): DraftOf<SummaryPoint> {
  return { ...emptyPoint(), count: 0, sum: 0, quantiles: [] };
}

function emptyPoint() {
  const attributes: Attributes[number][] = [];
  return { attributes, timestampMs: 0, startTimestampMs: 0, isEnd: false };
}

function noExemplars(): SentExemplar[] {
  return [];
}
