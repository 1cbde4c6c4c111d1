/** What rules and notifications tell of themselves, under upstream's names. */
import type { Clock, FamilyRegistry, ReadFigure } from "#base";
import type { DurationSummary } from "./group/recent-durations.ts";
import type { RuleGroup } from "./group/rule-group.ts";
import type { AlertmanagerFacts, Notifier } from "./notify/notifier.ts";
import type { RuleEngine } from "./rule-engine.ts";

export function registerRuleMetrics(
  registry: FamilyRegistry,
  engine: RuleEngine,
  clock: Clock,
): void {
  for (const [type, name, help, read] of groupFamilies) {
    registry.register({
      name: `prometheus_rule_${name}`,
      help,
      type,
      read: () =>
        engine.runningGroups().map((group) => ({
          labels: ["rule_group", `${group.options.file};${group.options.spec.name}`],
          value: read(group),
        })),
    });
  }
  const quantiles = [0.5, 0.9, 0.99];
  registry.register({
    name: "prometheus_rule_evaluation_duration_seconds",
    help: "The duration for a rule to execute.",
    type: "summary",
    read: () => [summaryFigure([], engine.ruleDurations.summary(clock.nowMs()), quantiles)],
  });
  registry.register({
    name: "prometheus_rule_group_duration_seconds",
    help: "The duration of rule group evaluations.",
    type: "summary",
    read: () => [
      summaryFigure([], engine.groupDurations.summary(clock.nowMs()), [0.01, 0.05, ...quantiles]),
    ],
  });
}

export function registerNotifierMetrics(registry: FamilyRegistry, notifier: Notifier): void {
  for (const [type, name, help, read] of alertmanagerFamilies) {
    registry.register({
      name: `prometheus_notifications_${name}`,
      help,
      type,
      read: () =>
        notifier.facts().map((facts) => ({
          labels: ["alertmanager", facts.url],
          value: read(facts),
        })),
    });
  }
  registry.register({
    name: "prometheus_notifications_latency_seconds",
    help: "Latency quantiles for sending alert notifications.",
    type: "summary",
    read: () =>
      notifier
        .facts()
        .map(({ url, latency }) => summaryFigure(["alertmanager", url], latency, [0.5, 0.9, 0.99])),
  });
  registry.register({
    name: "prometheus_notifications_queue_capacity",
    help: "The capacity of the alert notifications queue.",
    type: "gauge",
    read: () => [{ labels: [], value: notifier.queueCapacity }],
  });
  registry.register({
    name: "prometheus_notifications_alertmanagers_discovered",
    help: "The number of alertmanagers discovered and active.",
    type: "gauge",
    read: () => [{ labels: [], value: notifier.active().length }],
  });
}

type Family<T> = readonly [
  type: "counter" | "gauge",
  name: string,
  help: string,
  read: (subject: T) => number,
];

const groupFamilies: readonly Family<RuleGroup>[] = [
  [
    "counter",
    "group_iterations_missed_total",
    "The total number of rule group evaluations missed due to slow rule group evaluation.",
    ({ counts }) => counts.iterationsMissed,
  ],
  [
    "counter",
    "group_iterations_total",
    "The total number of scheduled rule group evaluations, whether executed or missed.",
    ({ counts }) => counts.iterationsScheduled,
  ],
  [
    "counter",
    "evaluations_total",
    "The total number of rule evaluations.",
    ({ counts }) => counts.evaluations,
  ],
  [
    "counter",
    "evaluation_failures_total",
    "The total number of rule evaluation failures.",
    ({ counts }) => counts.failures,
  ],
  [
    "gauge",
    "group_interval_seconds",
    "The interval of a rule group.",
    ({ options }) => options.intervalMs / 1000,
  ],
  [
    "gauge",
    "group_last_evaluation_timestamp_seconds",
    "The timestamp of the last rule group evaluation in seconds.",
    ({ lastEvaluationMs }) => lastEvaluationMs / 1000,
  ],
  [
    "gauge",
    "group_last_duration_seconds",
    "The duration of the last rule group evaluation.",
    ({ evaluationSeconds }) => evaluationSeconds,
  ],
  [
    "gauge",
    "group_last_rule_duration_sum_seconds",
    "The sum of time in seconds it took to evaluate each rule in the group regardless of concurrency. This should be higher than the group duration if rules are evaluated concurrently.",
    ({ rules }) => rules.reduce((sum, { status }) => sum + status.evaluationSeconds, 0),
  ],
  [
    "gauge",
    "group_last_restore_duration_seconds",
    "The duration of the last alert rules alerts restoration using the `ALERTS_FOR_STATE` series.",
    ({ counts }) => counts.lastRestoreSeconds,
  ],
  ["gauge", "group_rules", "The number of rules.", ({ rules }) => rules.length],
  [
    "gauge",
    "group_last_evaluation_samples",
    "The number of samples returned during the last rule group evaluation.",
    ({ counts }) => counts.lastSamples,
  ],
];

const alertmanagerFamilies: readonly Family<AlertmanagerFacts>[] = [
  ["counter", "sent_total", "Total number of alerts sent.", ({ sent }) => sent],
  [
    "counter",
    "errors_total",
    "Total number of sent alerts affected by errors.",
    ({ errors }) => errors,
  ],
  [
    "counter",
    "dropped_total",
    "Total number of alerts dropped due to errors when sending to Alertmanager.",
    ({ dropped }) => dropped,
  ],
  [
    "gauge",
    "queue_length",
    "The number of alert notifications in the queue.",
    ({ queueLength }) => queueLength,
  ],
];

function summaryFigure(
  labels: readonly string[],
  summary: DurationSummary,
  quantiles: readonly number[],
): ReadFigure {
  return {
    labels,
    value: summary.sumSeconds,
    count: summary.count,
    quantiles: quantiles.map((quantile) => ({ quantile, value: summary.quantile(quantile) })),
  };
}
