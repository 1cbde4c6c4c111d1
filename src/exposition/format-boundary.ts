import { formatFloat } from "#base";
import { parseGoFloat } from "./parse-float.ts";

/** A bucket bound or quantile as OpenMetrics writes it; text that is no number stays. */
export function formatBoundary(text: string): string {
  const value = parseGoFloat(text);
  return typeof value === "number" ? formatOpenMetricsFloat(value) : text;
}

/** `1.0`, `0.5`, `1e+06`, `+Inf`: a float is never written like an integer. */
export function formatOpenMetricsFloat(value: number): string {
  const text = formatFloat(value, "g");
  return Number.isFinite(value) && !/[e.]/.test(text) ? `${text}.0` : text;
}
