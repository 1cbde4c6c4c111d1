import { bucketRows, type Histogram } from "#series";
import { formatValue } from "./time-json.ts";

/**
 * A histogram as the API writes it: `{"count":"5","sum":"9","buckets":[[3,"-0.1","0.1","2"],…]}`.
 * The first number of a bucket says which of its bounds belong to it: 0 the upper one, 1 the lower
 * one, 2 none, 3 both. Empty buckets are left out.
 */
export function histogramJson(histogram: Histogram): string {
  const buckets: string[] = [];
  for (const { boundaries, lower, upper, count } of bucketRows(histogram)) {
    const [from, to, observed] = [lower, upper, count].map((bound) => `"${formatValue(bound)}"`);
    buckets.push(`[${boundaries},${from},${to},${observed}]`);
  }
  const list = buckets.length === 0 ? "" : `,"buckets":[${buckets.join(",")}]`;
  return `{"count":"${formatValue(histogram.count)}","sum":"${formatValue(histogram.sum)}"${list}}`;
}
