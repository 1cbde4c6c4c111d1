/** `/status/self_metrics`: the program's own metrics as JSON, as protobuf's JSON mapping writes them. */
import type { Metric, MetricFamily, MetricValue } from "#exposition";
import { compileRegex, labelPairs, type Regex, RegexError } from "#series";
import { answerOf } from "../answer.ts";
import { ApiError } from "../api-error.ts";
import type { ApiRoute } from "../route.ts";

export function selfMetricsRoutes(families: () => readonly MetricFamily[]): readonly ApiRoute[] {
  return [
    {
      method: "GET",
      pattern: "/status/self_metrics",
      serve({ form }) {
        const filter = readPattern(form);
        const wanted = families().filter(({ name }) => filter === undefined || filter.test(name));
        return answerOf(wanted.map(familyJson));
      },
    },
  ];
}

function readPattern(form: URLSearchParams): Regex | undefined {
  const pattern = form.get("metric_name_pattern") ?? "";
  if (pattern === "") return undefined;
  try {
    return compileRegex(pattern, "anchored");
  } catch (error) {
    // What is no expression came from the client.
    if (!(error instanceof RegexError)) throw error;
    throw new ApiError("bad_data", `invalid metric_name_pattern: ${error.message}`, {
      cause: error,
    });
  }
}

function familyJson({ name, help, type, unit, metrics }: MetricFamily) {
  const kind = kindOf(type);
  return {
    name,
    help,
    type: kind === "untyped" ? "UNTYPED" : kind.toUpperCase(),
    metric: metrics.map((metric) => metricJson(metric, kind)),
    ...(unit === "" ? {} : { unit }),
  };
}

type Kind = "counter" | "gauge" | "summary" | "histogram" | "untyped";

function kindOf(type: MetricFamily["type"]): Kind {
  if (type === "counter" || type === "gauge" || type === "summary" || type === "histogram") {
    return type;
  }
  return "untyped";
}

function metricJson({ labels, value, timestampMs }: Metric, kind: Kind) {
  const pairs = Array.from(labelPairs(labels), ([name, text]) => ({ name, value: text }));
  return {
    ...(pairs.length === 0 ? {} : { label: pairs }),
    [kind]: valueJson(value),
    ...(timestampMs === 0 ? {} : { timestampMs: String(timestampMs) }),
  };
}

/** Integers of 64 bits are texts, so that no reader loses digits. */
function valueJson(value: MetricValue) {
  switch (value.kind) {
    case "number":
      return { value: numberJson(value.value) };
    case "summary":
      return {
        sampleCount: String(value.count),
        sampleSum: numberJson(value.sum),
        quantile: value.quantiles.map((one) => ({
          quantile: one.quantile,
          value: numberJson(one.value),
        })),
      };
    case "histogram":
      return {
        sampleCount: String(value.count),
        sampleSum: numberJson(value.sum),
        bucket: value.buckets.map(({ cumulativeCount, upper }) => ({
          cumulativeCount: String(cumulativeCount),
          upperBound: numberJson(upper),
        })),
      };
  }
}

function numberJson(value: number): number | string {
  if (Number.isFinite(value)) return value;
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "Infinity" : "-Infinity";
}
