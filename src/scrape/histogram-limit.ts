import { type Histogram, isExponentialSchema, reduceResolution, supportedHistogram } from "#series";

const schemaMin = -4;
const schemaMax = 8;

/** The finest schema whose buckets grow by at least `factor`, as `native_histogram_min_bucket_factor` asks. */
export function schemaForFactor(factor: number): number {
  const effective = factor <= 1 ? 1.00271 : factor;
  const schema = Math.floor(-Math.log2(Math.log2(effective)));
  return Math.min(schemaMax, Math.max(schemaMin, schema));
}

/**
 * The histogram within the limits of a job: of lower resolution where it had too many buckets.
 * Undefined when not even the lowest resolution suffices. A `bucketsMax` of 0 is no limit.
 */
export function limitHistogram(
  received: Histogram,
  limits: { readonly bucketsMax: number; readonly finestSchema: number },
): Histogram | undefined {
  // A schema that nobody knows is the store's to refuse.
  const histogram = supportedHistogram(received) ?? received;
  const isExponential = isExponentialSchema(histogram.schema);
  let limited =
    isExponential && histogram.schema > limits.finestSchema
      ? reduceResolution(histogram, limits.finestSchema)
      : histogram;
  if (limits.bucketsMax === 0) return limited;
  while (bucketCount(limited) > limits.bucketsMax) {
    if (!isExponential || limited.schema <= schemaMin) return undefined;
    limited = reduceResolution(limited, limited.schema - 1);
  }
  return limited;
}

function bucketCount({ positive, negative }: Histogram): number {
  return positive.bucketCounts.length + negative.bucketCounts.length;
}
