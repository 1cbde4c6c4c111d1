import type { TargetSpec } from "./target-labels.ts";
import type { TargetSeries } from "./target-series.ts";

export type Health = "up" | "down" | "unknown";

/** How the last scrape of a target went. */
export interface ScrapeState {
  readonly health: Health;
  /** Empty when it went well. */
  readonly lastError: string;
  /** Undefined before the first. */
  readonly lastScrapeMs: number | undefined;
  readonly lastScrapeSeconds: number;
}

export const neverScraped: ScrapeState = {
  health: "unknown",
  lastError: "",
  lastScrapeMs: undefined,
  lastScrapeSeconds: 0,
};

/** A target that is being scraped. It outlives the loops that scrape it. */
export interface Target {
  spec: TargetSpec;
  state: ScrapeState;
  series: TargetSeries;
}
