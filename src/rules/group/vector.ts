import type { QueryValue, VectorSample } from "#promql";

/** The samples that a rule or template works with; a number is a sample without labels. */
export function vectorOf(value: QueryValue): readonly VectorSample[] {
  if (value.type === "vector") return value.samples;
  if (value.type === "scalar") return [{ labels: [], value: value.value, histogram: undefined }];
  throw new Error("rule result is not a vector or scalar");
}
