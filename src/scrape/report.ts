import type { ScrapeConfig } from "#promconfig";
import type { MetricMetadata } from "#series";
import type { TargetSpec } from "./target-labels.ts";
import type { ScrapeFigures } from "./target-series.ts";

/** How one scrape went. */
export interface ReportFacts {
  readonly figures: ScrapeFigures;
  /** Undefined when it went well. */
  readonly failure: string | undefined;
  /** −1 when the body was too large, 0 when there was none. */
  readonly bodyBytes: number;
  readonly seconds: number;
}

export interface ReportSample {
  readonly name: string;
  readonly value: number;
  readonly metadata: MetricMetadata;
}

/** The series that every target gets beside its own. */
export function reportSamples(
  config: ScrapeConfig,
  spec: TargetSpec,
  { figures, failure, bodyBytes, seconds }: ReportFacts,
): readonly ReportSample[] {
  const isUp = failure === undefined ? 1 : 0;
  const always = [
    sampleOf(
      "up",
      isUp,
      "targets",
      "Health of the scrape target. 1 means healthy, 0 that the scrape failed.",
    ),
    sampleOf("scrape_duration_seconds", seconds, "seconds", "How long the last scrape took."),
    sampleOf("scrape_samples_scraped", figures.scraped, "samples", "Samples in the last scrape."),
    sampleOf(
      "scrape_samples_post_metric_relabeling",
      figures.kept,
      "samples",
      "Samples that metric relabeling left over.",
    ),
    sampleOf(
      "scrape_series_added",
      figures.seriesAdded,
      "series",
      "Series new in the last scrape.",
    ),
  ];
  if (!config.extraScrapeMetrics) return always;
  return [
    ...always,
    sampleOf(
      "scrape_timeout_seconds",
      spec.timeoutMs / 1_000,
      "seconds",
      "The configured timeout.",
    ),
    sampleOf(
      "scrape_sample_limit",
      config.sampleLimit,
      "samples",
      "The configured limit, 0 for none.",
    ),
    sampleOf(
      "scrape_body_size_bytes",
      bodyBytes,
      "bytes",
      "The uncompressed size of the last body; -1 when it was too large, 0 when the scrape failed.",
    ),
  ];
}

function sampleOf(name: string, value: number, unit: string, help: string): ReportSample {
  return { name, value, metadata: { type: "gauge", unit, help } };
}
