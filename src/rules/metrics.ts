/** What rules and notifications tell of themselves, under upstream's names. */
import type { Clock, Meters } from "#base";
import type { RuleGroup } from "./group/rule-group.ts";
import type { AlertmanagerFacts, Notifier } from "./notify/notifier.ts";
import type { RuleEngine } from "./rule-engine.ts";

/** Bounds of the histograms that upstream keeps beside its summaries, in seconds. */
const durationBuckets = [0.01, 0.1, 1, 10];

export function registerRuleMetrics(meters: Meters, engine: RuleEngine, clock: Clock): void {
  for (const [type, name, help, read] of groupFamilies) {
    const spec = { name: `prometheus_rule_${name}`, help, labelNames: ["rule_group"] };
    meters.sampled(spec, type, () =>
      engine.runningGroups().map((group) => ({
        labelValues: [`${group.options.file};${group.options.spec.name}`],
        value: read(group),
      })),
    );
  }
  registerTemplateMetrics(meters, engine);
  const durations = [
    ["evaluation", "The duration for a rule to execute.", engine.ruleDurations],
    ["group", "The duration of rule group evaluations.", engine.groupDurations],
  ] as const;
  for (const [what, help, values] of durations) {
    const name = `prometheus_rule_${what}_duration`;
    meters.summary({ name: `${name}_seconds`, help }, () => [
      { labelValues: [], value: values.summarize(clock.nowMs()) },
    ]);
    const spec = { name: `${name}_histogram_seconds`, help, buckets: durationBuckets };
    values.follow(meters.histogram(spec).with());
  }
}

function registerTemplateMetrics(meters: Meters, { templateCounts }: RuleEngine): void {
  const counter = (name: string, help: string, read: () => number) =>
    meters.sampled({ name: `prometheus_template_text_${name}_total`, help }, "counter", () => [
      { labelValues: [], value: read() },
    ]);
  counter(
    "expansions",
    "The total number of template text expansions.",
    () => templateCounts.expansions,
  );
  counter(
    "expansion_failures",
    "The total number of template text expansion failures.",
    () => templateCounts.failures,
  );
}

export function registerNotifierMetrics(meters: Meters, notifier: Notifier): void {
  const labelNames = ["alertmanager"];
  for (const [type, name, help, read] of alertmanagerFamilies) {
    meters.sampled({ name: `prometheus_notifications_${name}`, help, labelNames }, type, () =>
      notifier.facts().map((facts) => ({ labelValues: [facts.url], value: read(facts) })),
    );
  }
  meters.summary(
    {
      name: "prometheus_notifications_latency_seconds",
      help: "Latency quantiles for sending alert notifications.",
      labelNames,
    },
    () => notifier.facts().map(({ url, latency }) => ({ labelValues: [url], value: latency })),
  );
  const plain = (name: string, help: string, read: () => number) =>
    meters.sampled({ name: `prometheus_notifications_${name}`, help }, "gauge", () => [
      { labelValues: [], value: read() },
    ]);
  plain(
    "queue_capacity",
    "The capacity of the alert notifications queue.",
    () => notifier.queueCapacity,
  );
  plain(
    "alertmanagers_discovered",
    "The number of alertmanagers discovered and active.",
    () => notifier.active().length,
  );
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
