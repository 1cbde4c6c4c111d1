import type { Clock, Meters } from "#base";
import { showFinders } from "#discovery";
import { registerNotifierMetrics, registerRuleMetrics } from "#rules";
import { version } from "../version.ts";
import type { Evaluator } from "./evaluator.ts";
import type { Monitor } from "./monitor.ts";
import type { Appended } from "./open-storage.ts";
import { prometheusVersion } from "./prometheus-version.ts";

/** What the engine as a whole tells of itself, under upstream's names. */
export function registerMonitorMetrics(monitor: Monitor, clock: Clock): void {
  const { metrics: meters, evaluator, collector } = monitor;
  showFinders(meters, {
    scrape: collector.targets,
    ...(evaluator !== undefined && { notify: evaluator.alertmanagers }),
  });
  if (evaluator !== undefined) registerEvaluatorMetrics(meters, evaluator, clock);
  meters.sampled(
    {
      name: "prometheus_build_info",
      help: "Which version runs, always 1.",
      labelNames: ["version", "revision", "branch", "goversion"],
    },
    "gauge",
    () => [{ labelValues: [prometheusVersion, `wherry-${version}`, "", ""], value: 1 }],
  );
  meters.sampled(
    {
      name: "prometheus_config_last_reload_successful",
      help: "Whether the last configuration reload attempt was successful.",
    },
    "gauge",
    () => [{ labelValues: [], value: monitor.configState.isLastGood ? 1 : 0 }],
  );
  meters.sampled(
    {
      name: "prometheus_config_last_reload_success_timestamp_seconds",
      help: "When the configuration was last loaded well.",
    },
    "gauge",
    () => [{ labelValues: [], value: monitor.configState.lastGoodMs / 1_000 }],
  );
  meters.sampled(
    { name: "prometheus_ready", help: "Whether the server answers queries." },
    "gauge",
    () => [{ labelValues: [], value: 1 }],
  );
}

function registerEvaluatorMetrics(meters: Meters, evaluator: Evaluator, clock: Clock): void {
  registerRuleMetrics(meters, evaluator.rules, clock);
  registerNotifierMetrics(meters, evaluator.notifier);
  meters.sampled(
    {
      name: "prometheus_remote_read_handler_queries",
      help: "Remote reads that are answered now or wait.",
    },
    "gauge",
    () => [{ labelValues: [], value: evaluator.remoteReads.server.requestCount }],
  );
}

/** What there is to be sent on, to be compared with what was. */
export function showAppended(meters: Meters, appended: () => Appended): void {
  const show = (
    [type, name, help]: readonly ["counter" | "gauge", string, string],
    read: (figures: Appended) => number,
  ) =>
    meters.sampled({ name: `prometheus_remote_storage_${name}`, help }, type, () => [
      { labelValues: [], value: read(appended()) },
    ]);
  for (const kind of ["samples", "histograms", "exemplars"] as const) {
    show(["counter", `${kind}_in_total`, `What came in of ${kind}.`], (figures) => figures[kind]);
  }
  show(
    ["gauge", "highest_timestamp_in_seconds", "The time of the newest sample that came in."],
    ({ newestMs }) => newestMs / 1_000,
  );
}
