/** What the page shows, as the address says it: `?policy=latency&series={}&range=1d&end=…`. */
import { findDurationMs, findTimeMs, formatDurationMs, formatTime } from "../query/time-range.ts";

export interface Choice {
  readonly policy: string;
  /** As PromQL writes it; empty for the first. */
  readonly series: string;
  readonly rangeMs: number;
  /** Undefined is now. */
  readonly endMs: number | undefined;
}

export const rangeMsDefault = 86_400_000;

export function readChoice(search: string): Choice {
  const params = new URLSearchParams(search);
  return {
    policy: params.get("policy") ?? "",
    series: params.get("series") ?? "",
    rangeMs: findDurationMs(params.get("range") ?? "") ?? rangeMsDefault,
    endMs: findTimeMs(params.get("end") ?? "", "utc"),
  };
}

/** The address' query, without its question mark. */
export function writeChoice({ policy, series, rangeMs, endMs }: Choice): string {
  const params = new URLSearchParams();
  if (policy !== "") params.set("policy", policy);
  if (series !== "") params.set("series", series);
  if (rangeMs !== rangeMsDefault) params.set("range", formatDurationMs(rangeMs));
  if (endMs !== undefined) params.set("end", formatTime(endMs, "utc"));
  return params.toString();
}
