import { formatFloat } from "#base";
import { type Buckets, customBucketsSchema, type Histogram } from "../histogram.ts";
import { bucketIndexes, compactBuckets } from "./buckets.ts";
import { BucketCursor } from "./cursor.ts";

/** `{count:4, sum:5, [-0.001,0.001]:1, (0.5,1]:3}`: how upstream shows a histogram in results. */
export function formatHistogram(histogram: Histogram): string {
  const parts = [`count:${general(histogram.count)}`, `sum:${general(histogram.sum)}`];
  const cursor = new BucketCursor(histogram, "ascending", "unless zero");
  while (cursor.next()) {
    if (cursor.count !== 0) parts.push(formatBucket(cursor));
  }
  return `{${parts.join(", ")}}`;
}

function formatBucket(cursor: BucketCursor): string {
  const { lower, upper, count } = cursor;
  const open = cursor.isLowerInclusive ? "[" : "(";
  const close = cursor.isUpperInclusive ? "]" : ")";
  return `${open}${general(lower)},${general(upper)}${close}:${general(count)}`;
}

/** `{{schema:1 count:4 sum:5 buckets:[1 2 1]}}`: the notation of query and rule tests. */
export function formatHistogramNotation(histogram: Histogram): string {
  const isCustom = histogram.schema === customBucketsSchema;
  const fields = [
    numberField("schema", histogram.schema),
    numberField("count", histogram.count),
    numberField("sum", histogram.sum),
    numberField("z_bucket", histogram.zeroCount),
    numberField("z_bucket_w", histogram.zeroThreshold),
    isCustom ? [`custom_values:${listOf(histogram.customValues)}`] : [],
    hintField(histogram),
    bucketFields(histogram.positive, "buckets", "offset"),
    bucketFields(histogram.negative, "n_buckets", "n_offset"),
  ];
  return `{{${fields.flat().join(" ")}}}`;
}

function numberField(name: string, value: number): readonly string[] {
  return value === 0 ? [] : [`${name}:${general(value)}`];
}

function hintField({ counterResetHint }: Histogram): readonly string[] {
  if (counterResetHint === "unknown") return [];
  const hint = counterResetHint === "notReset" ? "not_reset" : counterResetHint;
  return [`counter_reset_hint:${hint}`];
}

function bucketFields(buckets: Buckets, name: string, offsetName: string): readonly string[] {
  const joined = compactBuckets(buckets, Number.POSITIVE_INFINITY);
  const first = bucketIndexes(joined)[0];
  if (first === undefined) return [];
  const offset = numberField(offsetName, first);
  return [...offset, `${name}:${listOf(joined.bucketCounts)}`];
}

function listOf(values: Float64Array): string {
  return `[${Array.from(values, general).join(" ")}]`;
}

function general(value: number): string {
  return formatFloat(value, "g");
}

/** Which ends belong to a bucket: 0 the upper, 1 the lower, 2 none, 3 both. */
export type BoundaryRule = 0 | 1 | 2 | 3;

/** A bucket in answers of the HTTP API. */
export interface BucketRow {
  readonly boundaries: BoundaryRule;
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

/** The populated buckets, ascending. */
export function bucketRows(histogram: Histogram): readonly BucketRow[] {
  const rows: BucketRow[] = [];
  const cursor = new BucketCursor(histogram, "ascending");
  while (cursor.next()) {
    const { lower, upper, count } = cursor;
    if (count !== 0) rows.push({ boundaries: boundaryRule(cursor), lower, upper, count });
  }
  return rows;
}

function boundaryRule({ isLowerInclusive, isUpperInclusive }: BucketCursor): BoundaryRule {
  if (isLowerInclusive) return isUpperInclusive ? 3 : 1;
  return isUpperInclusive ? 0 : 2;
}
