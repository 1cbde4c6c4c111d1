import { type Labels, labelValue, type MetricMetadata, setLabel } from "#series";

/** What follows the name of a family in the names of its series, by its type. */
const suffixes: Readonly<Partial<Record<MetricMetadata["type"], readonly string[]>>> = {
  counter: ["_total"],
  histogram: ["_bucket", "_sum", "_count"],
  gaugehistogram: ["_bucket", "_gsum", "_gcount"],
  summary: ["_sum", "_count"],
  info: ["_info"],
};

/**
 * Whether a series is of the family that was introduced last. Not every exposition introduces every
 * family, so the next series may be of another one that nothing is known of.
 */
export function isOfFamily(
  metricName: string,
  family: string,
  type: MetricMetadata["type"],
): boolean {
  if (!metricName.startsWith(withoutOwnSuffix(family, type))) return false;
  const suffix = suffixes[type]?.find((one) => metricName.endsWith(one)) ?? "";
  const name = metricName.slice(0, metricName.length - suffix.length);
  return name === withoutOwnSuffix(family, type) || metricName === family;
}

/** The text format introduces counters and infos with their suffix, OpenMetrics without. */
function withoutOwnSuffix(family: string, type: MetricMetadata["type"]): string {
  if (type === "counter") return family.replace(/_total$/, "");
  return type === "info" ? family.replace(/_info$/, "") : family;
}

/** The series with its type and unit as labels, where these are known. */
export function withTypeAndUnit(labels: Labels, family: string, metadata: MetricMetadata): Labels {
  const { type, unit } = metadata;
  if (!isOfFamily(labelValue(labels, "__name__"), family, type)) return labels;
  const typed = setLabel(labels, "__type__", type === "unknown" ? "" : type);
  return setLabel(typed, "__unit__", unit);
}
