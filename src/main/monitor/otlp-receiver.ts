import type { Clock, Logger, Meters } from "#base";
import { type DeltaRule, type OtlpObserver, OtlpReceiver, type OtlpReceiverDeps } from "#otlp";
import type { WriteReceiver } from "#promapi";
import type { MonitorOptions } from "./settings.ts";

interface Deps extends Pick<OtlpReceiverDeps, "storage" | "gunzip" | "config"> {
  readonly clock: Clock;
  readonly log: Logger;
}

/** Takes in OpenTelemetry's metrics for the API. */
export function otlpReceiver(
  { clock, log, storage, gunzip, config }: Deps,
  { metrics, options }: { readonly metrics: Meters; readonly options: MonitorOptions },
): WriteReceiver {
  const { features, engine } = options;
  return new OtlpReceiver(
    {
      storage,
      gunzip,
      config,
      nowMs: () => clock.nowMs(),
      elapsedMs: () => clock.elapsedMs(),
      log: log.child({ component: "otlp" }),
      observer: otlpObserver(metrics),
    },
    {
      typeAndUnitLabels: features.has("type-and-unit-labels") ? "added" : "left out",
      deltas: deltaRuleOf(features),
      lookbackMs: engine.lookbackMs,
      startTimestamps: features.has("st-storage") ? "store" : "ignore",
      metadata: features.has("metadata-wal-records") ? "store" : "leave out",
    },
  );
}

function deltaRuleOf(features: MonitorOptions["features"]): DeltaRule {
  if (features.has("otlp-deltatocumulative")) return "summed";
  return features.has("otlp-native-delta-ingestion") ? "kept" : "refused";
}

function otlpObserver(meters: Meters): OtlpObserver {
  const warnings = meters.counter({
    name: "prometheus_api_otlp_translation_warnings_total",
    help: "Warnings of translating OTLP metrics to series, by category.",
    labelNames: ["category"],
  });
  const withoutMetadata = meters
    .counter({
      name: "prometheus_api_otlp_appended_samples_without_metadata_total",
      help: "Samples that came by OTLP without metadata.",
    })
    .with();
  const lateExemplars = meters
    .counter({
      name: "prometheus_api_otlp_out_of_order_exemplars_total",
      help: "Exemplars that came by OTLP and were out of order.",
    })
    .with();
  return {
    warned: (category) => warnings.with(category).add(),
    appendedWithoutMetadata: () => withoutMetadata.add(),
    exemplarOutOfOrder: () => lateExemplars.add(),
  };
}
