/** A query's answer as rows of a table, whatever its type. */
import type { HistogramPoint, LabelRecord, QueryAnswer } from "../api/types.ts";

export interface ResultRow {
  readonly labels: LabelRecord | undefined;
  /** One value, or a range's samples as `value @ time`. */
  readonly values: readonly string[];
  readonly histogram: HistogramPoint | undefined;
}

/** How many series an answer has. */
export function countOf(answer: QueryAnswer): number {
  const isList = answer.resultType === "vector" || answer.resultType === "matrix";
  return isList ? answer.result.length : 1;
}

export function rowsOf(answer: QueryAnswer): readonly ResultRow[] {
  switch (answer.resultType) {
    case "vector":
      return answer.result.map(({ metric, value, histogram }) => ({
        labels: metric,
        values: value === undefined ? [] : [value[1]],
        histogram: histogram?.[1],
      }));
    case "matrix":
      return answer.result.map(({ metric, values = [], histograms = [] }) => ({
        labels: metric,
        values: values.map(([seconds, value]) => `${value} @${seconds}`),
        histogram: histograms.at(-1)?.[1],
      }));
    default:
      return [{ labels: undefined, values: [answer.result[1]], histogram: undefined }];
  }
}
