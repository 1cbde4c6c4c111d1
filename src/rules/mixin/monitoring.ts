/** Rules about the monitoring engine itself, and the Alertmanagers that it tells. */
import { alertmanager, prometheus } from "./jobs.ts";
import { alert, type GroupSource, type RuleSource, type Severity } from "./rule-source.ts";

const at = "{{ $labels.instance }}";

/** An alert that a counter has counted something it never should. */
function counted(
  name: string,
  metric: string,
  facts: { span: string; severity?: Severity; for: string; summary: string; what: string },
): RuleSource {
  return alert(name, `increase(${metric}{${prometheus}}[${facts.span}]) > 0`, {
    severity: facts.severity ?? "warning",
    for: facts.for,
    summary: facts.summary,
    description: `${at} has counted {{ $value | humanize }} ${facts.what} in ${facts.span}.`,
  });
}

const configurationRules: readonly RuleSource[] = [
  alert(
    "PrometheusBadConfig",
    `max_over_time(prometheus_config_last_reload_successful{${prometheus}}[5m]) == 0`,
    {
      severity: "critical",
      for: "10m",
      summary: "The configuration could not be reloaded.",
      description: `${at} goes on with an older configuration, because the present one is wrong.`,
    },
  ),
  counted("PrometheusSDRefreshFailure", "prometheus_sd_refresh_failures_total", {
    span: "10m",
    for: "20m",
    summary: "Targets cannot be discovered.",
    what: "failures of mechanism {{ $labels.mechanism }}",
  }),
  counted("PrometheusKubernetesListWatchFailures", "prometheus_sd_kubernetes_failures_total", {
    span: "5m",
    for: "15m",
    summary: "Discovery cannot read the cluster.",
    what: "failed requests to the API server",
  }),
  counted("PrometheusTargetSyncFailure", "prometheus_target_sync_failed_total", {
    span: "30m",
    severity: "critical",
    for: "5m",
    summary: "Targets have been refused.",
    what: "targets with invalid labels",
  }),
];

const notificationRules: readonly RuleSource[] = [
  alert(
    "PrometheusNotificationQueueRunningFull",
    `predict_linear(prometheus_notifications_queue_length{${prometheus}}[5m], 60 * 30)
      > on (job, instance) group_left ()
        min_over_time(prometheus_notifications_queue_capacity{${prometheus}}[5m])`,
    {
      severity: "warning",
      for: "15m",
      summary: "Alerts wait to be sent, more and more.",
      description: `At this rate the queue of ${at} is full within 30 minutes.`,
    },
  ),
  alert(
    "PrometheusErrorSendingAlertsToSomeAlertmanagers",
    `100 * rate(prometheus_notifications_errors_total{${prometheus}}[5m])
      / rate(prometheus_notifications_sent_total{${prometheus}}[5m]) > 1`,
    {
      severity: "warning",
      for: "15m",
      summary: "An Alertmanager does not take all alerts.",
      description: `${at} fails to send {{ printf "%.1f" $value }}% of its alerts to {{ $labels.alertmanager }}.`,
    },
  ),
  alert(
    "PrometheusErrorSendingAlertsToAnyAlertmanager",
    `100 * min without (alertmanager) (
        rate(prometheus_notifications_errors_total{${prometheus}}[5m])
        / rate(prometheus_notifications_sent_total{${prometheus}}[5m])) > 3`,
    {
      severity: "critical",
      for: "15m",
      summary: "No Alertmanager takes all alerts.",
      description: `${at} fails to send at least {{ printf "%.1f" $value }}% of its alerts to each Alertmanager.`,
    },
  ),
  alert(
    "PrometheusNotConnectedToAlertmanagers",
    // Who never had an Alertmanager does without on purpose.
    `max_over_time(prometheus_notifications_alertmanagers_discovered{${prometheus}}[5m]) < 1
      and max_over_time(prometheus_notifications_alertmanagers_discovered{${prometheus}}[1d]) > 0`,
    {
      severity: "warning",
      for: "10m",
      summary: "Nobody is told of alerts.",
      description: `${at} knows no Alertmanager any more.`,
    },
  ),
];

const databaseRules: readonly RuleSource[] = [
  counted("PrometheusTSDBReloadsFailing", "prometheus_tsdb_reloads_failures_total", {
    span: "3h",
    for: "4h",
    summary: "Blocks cannot be loaded.",
    what: "failures to load its blocks",
  }),
  counted("PrometheusTSDBCompactionsFailing", "prometheus_tsdb_compactions_failed_total", {
    span: "3h",
    for: "4h",
    summary: "Blocks cannot be compacted.",
    what: "failed compactions",
  }),
  alert(
    "PrometheusNotIngestingSamples",
    `sum without (type) (rate(prometheus_tsdb_head_samples_appended_total{${prometheus}}[5m])) <= 0
      and (
        sum without (scrape_job) (prometheus_target_metadata_cache_entries{${prometheus}}) > 0
        or sum without (rule_group) (prometheus_rule_group_rules{${prometheus}}) > 0)`,
    {
      severity: "warning",
      for: "10m",
      summary: "No samples are stored.",
      description: `${at} has stored nothing for 5 minutes, although it has targets or rules.`,
    },
  ),
  alert(
    "PrometheusDuplicateTimestamps",
    `rate(prometheus_target_scrapes_sample_duplicate_timestamp_total{${prometheus}}[5m]) > 0`,
    {
      severity: "warning",
      for: "10m",
      summary: "Samples with the same time and different values are dropped.",
      description: `${at} drops {{ printf "%.4g" $value }} such samples a second.`,
    },
  ),
  alert(
    "PrometheusOutOfOrderTimestamps",
    `rate(prometheus_target_scrapes_sample_out_of_order_total{${prometheus}}[5m]) > 0`,
    {
      severity: "warning",
      for: "10m",
      summary: "Samples from the past are dropped.",
      description: `${at} drops {{ printf "%.4g" $value }} samples a second that are older than others of their series.`,
    },
  ),
];

const remoteRules: readonly RuleSource[] = [
  alert(
    "PrometheusRemoteStorageFailures",
    `100 * rate(prometheus_remote_storage_samples_failed_total{${prometheus}}[5m])
      / (rate(prometheus_remote_storage_samples_failed_total{${prometheus}}[5m])
        + rate(prometheus_remote_storage_samples_total{${prometheus}}[5m])) > 1`,
    {
      severity: "critical",
      for: "15m",
      summary: "Samples do not get to remote storage.",
      description: `${at} fails to send {{ printf "%.1f" $value }}% of its samples to {{ $labels.remote_name }}:{{ $labels.url }}.`,
    },
  ),
  alert(
    "PrometheusRemoteWriteBehind",
    `max_over_time(prometheus_remote_storage_highest_timestamp_in_seconds{${prometheus}}[5m])
      - on (job, instance) group_right ()
        max_over_time(prometheus_remote_storage_queue_highest_sent_timestamp_seconds{${prometheus}}[5m]) > 120`,
    {
      severity: "critical",
      for: "15m",
      summary: "Remote storage lags behind.",
      description: `${at} is {{ $value | humanizeDuration }} behind in sending to {{ $labels.remote_name }}:{{ $labels.url }}.`,
    },
  ),
  alert(
    "PrometheusRemoteWriteDesiredShards",
    `max_over_time(prometheus_remote_storage_shards_desired{${prometheus}}[5m])
      > max_over_time(prometheus_remote_storage_shards_max{${prometheus}}[5m])`,
    {
      severity: "warning",
      for: "15m",
      summary: "Sending to remote storage needs more shards than it may have.",
      description: `${at} would need {{ $value }} shards to keep up with {{ $labels.remote_name }}:{{ $labels.url }}.`,
    },
  ),
];

const evaluationRules: readonly RuleSource[] = [
  counted("PrometheusRuleFailures", "prometheus_rule_evaluation_failures_total", {
    span: "5m",
    severity: "critical",
    for: "15m",
    summary: "Rules cannot be evaluated.",
    what: "failed evaluations in group {{ $labels.rule_group }}",
  }),
  counted("PrometheusMissingRuleEvaluations", "prometheus_rule_group_iterations_missed_total", {
    span: "5m",
    for: "15m",
    summary: "Groups of rules take longer than their interval.",
    what: "missed evaluations of group {{ $labels.rule_group }}",
  }),
  alert(
    "PrometheusHighQueryLoad",
    `avg_over_time(prometheus_engine_queries{${prometheus}}[5m])
      / max_over_time(prometheus_engine_queries_concurrent_max{${prometheus}}[5m]) > 0.8`,
    {
      severity: "warning",
      for: "15m",
      summary: "Queries soon have to wait for each other.",
      description: `${at} uses {{ $value | humanizePercentage }} of its room for queries.`,
    },
  ),
];

const limitRules: readonly RuleSource[] = [
  ["PrometheusTargetLimitHit", "scrape_pool_exceeded_target_limit", "targets of a job"],
  ["PrometheusLabelLimitHit", "scrape_pool_exceeded_label_limits", "labels of a sample"],
  ["PrometheusScrapeBodySizeLimitHit", "scrapes_exceeded_body_size_limit", "size of an answer"],
  ["PrometheusScrapeSampleLimitHit", "scrapes_exceeded_sample_limit", "samples of a target"],
].map(([name = "", metric, what]) =>
  counted(name, `prometheus_target_${metric}_total`, {
    span: "5m",
    for: "15m",
    summary: `A limit to the ${what} is exceeded.`,
    what: `scrapes or targets dropped, because the ${what} went over its limit,`,
  }),
);

const alertmanagerRules: readonly RuleSource[] = [
  alert(
    "AlertmanagerFailedReload",
    `max_over_time(alertmanager_config_last_reload_successful{${alertmanager}}[5m]) == 0`,
    {
      severity: "critical",
      for: "10m",
      summary: "An Alertmanager could not reload its configuration.",
      description: `${at} goes on with an older configuration.`,
    },
  ),
  alert(
    "AlertmanagerMembersInconsistent",
    `max_over_time(alertmanager_cluster_members{${alertmanager}}[5m])
      < on (job) group_left () count by (job) (max_over_time(alertmanager_cluster_members{${alertmanager}}[5m]))`,
    {
      severity: "critical",
      for: "15m",
      summary: "An Alertmanager does not find all others.",
      description: `${at} has found only {{ $value }} members of its cluster.`,
    },
  ),
  alert(
    "AlertmanagerFailedToSendAlerts",
    `rate(alertmanager_notifications_failed_total{${alertmanager}}[15m])
      / ignoring (reason) group_left () rate(alertmanager_notifications_total{${alertmanager}}[15m]) > 0.01`,
    {
      severity: "warning",
      for: "5m",
      summary: "An Alertmanager cannot notify.",
      description: `${at} fails on {{ $value | humanizePercentage }} of its notifications by {{ $labels.integration }}.`,
    },
  ),
  ...(["critical", "warning"] as const).map((severity) =>
    alert(
      "AlertmanagerClusterFailedToSendAlerts",
      `min by (job, integration) (
          rate(alertmanager_notifications_failed_total{${alertmanager},
            integration${severity === "critical" ? "=~" : "!~"}"email|opsgenie|pagerduty|pushover|victorops|webhook"}[15m])
          / ignoring (reason) group_left ()
            rate(alertmanager_notifications_total{${alertmanager}}[15m])) > 0.01`,
      {
        severity,
        for: "5m",
        summary: "No Alertmanager can notify.",
        description:
          "At least {{ $value | humanizePercentage }} of the notifications by {{ $labels.integration }} fail at every instance.",
      },
    ),
  ),
  alert(
    "AlertmanagerConfigInconsistent",
    `count by (job) (count_values by (job) ("hash", alertmanager_config_hash{${alertmanager}})) != 1`,
    {
      severity: "critical",
      for: "20m",
      summary: "Alertmanagers of a cluster have different configurations.",
      description: "The instances of {{ $labels.job }} have {{ $value }} different configurations.",
    },
  ),
  alert(
    "AlertmanagerClusterDown",
    `count by (job) (avg_over_time(up{${alertmanager}}[5m]) < 0.5) / count by (job) (up{${alertmanager}}) >= 0.5`,
    {
      severity: "critical",
      for: "5m",
      summary: "Half of the Alertmanagers are down, or more.",
      description:
        "{{ $value | humanizePercentage }} of the instances of {{ $labels.job }} were up for less than half of the last 5 minutes.",
    },
  ),
  alert(
    "AlertmanagerClusterCrashlooping",
    `count by (job) (changes(process_start_time_seconds{${alertmanager}}[10m]) > 4)
      / count by (job) (up{${alertmanager}}) >= 0.5`,
    {
      severity: "critical",
      for: "5m",
      summary: "Half of the Alertmanagers crash again and again, or more.",
      description:
        "{{ $value | humanizePercentage }} of the instances of {{ $labels.job }} were restarted at least 5 times in 10 minutes.",
    },
  ),
  alert(
    "AlertmanagerClusterFailedPeers",
    `alertmanager_cluster_failed_peers{${alertmanager}} > 0`,
    {
      severity: "warning",
      for: "15m",
      summary: "An Alertmanager has lost others.",
      description: `${at} has lost {{ $value }} of its peers.`,
    },
  ),
];

export const monitoringGroups: readonly GroupSource[] = [
  {
    name: "prometheus",
    rules: [
      ...configurationRules,
      ...notificationRules,
      ...databaseRules,
      ...remoteRules,
      ...evaluationRules,
      ...limitRules,
    ],
  },
  { name: "alertmanager.rules", rules: alertmanagerRules },
];
