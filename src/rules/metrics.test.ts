import assert from "node:assert/strict";
import { test } from "node:test";
import { type MetricSpec, silentLogger, uncounted } from "#base";
import { RecordingMeters, VirtualClock } from "#base/testing";
import { createEngine, defaultParserOptions } from "#promql";
import { MemoryStorage } from "#promql/testing";
import { parseRuleFile } from "./file/rule-file.ts";
import { defaultRuleOptions, evaluateWith } from "./group/ports.ts";
import { registerNotifierMetrics, registerRuleMetrics } from "./metrics.ts";
import { Notifier } from "./notify/notifier.ts";
import { defaultQueueOptions } from "./notify/send-loop.ts";
import { RuleEngine } from "./rule-engine.ts";

test("groups are counted under upstream's names", async () => {
  const clock = new VirtualClock(0);
  const storage = new MemoryStorage();
  const engine = new RuleEngine(
    {
      evaluate: evaluateWith(createEngine({ clock }), storage),
      appendable: storage,
      queryable: storage,
      notify: () => {},
      clock,
      logger: silentLogger,
    },
    { rules: defaultRuleOptions, parser: defaultParserOptions },
  );
  const meters = new RecordingMeters();
  registerRuleMetrics(meters, engine, clock);
  const content = "groups:\n- name: g\n  rules: [{record: r, expr: '1'}, {record: s, expr: r}]";
  const parsed = parseRuleFile(content, {
    parser: defaultParserOptions,
    nameScheme: "utf8",
    unknownFields: "refuse",
  });
  const groups = parsed.kind === "valid" ? parsed.groups : [];
  await engine.apply({
    files: [{ path: "f", groups }],
    settings: { externalLabels: [], externalUrl: "", intervalMs: 60_000, queryOffsetMs: 0 },
  });
  const stopping = new AbortController();
  const running = engine.run(stopping.signal);
  await clock.advance(150_000);
  stopping.abort();
  await running;
  assert.deepEqual(
    meters.lines().filter((line) => !/_seconds\{|timestamp/.test(line)),
    [
      'prometheus_rule_group_iterations_total{rule_group="f;g"} 2',
      'prometheus_rule_evaluations_total{rule_group="f;g"} 4',
      'prometheus_rule_group_rules{rule_group="f;g"} 2',
      'prometheus_rule_group_last_evaluation_samples{rule_group="f;g"} 2',
      "prometheus_rule_evaluation_duration_seconds 4",
      "prometheus_rule_evaluation_duration_histogram_seconds 0 0 0 0",
      "prometheus_rule_group_duration_seconds 2",
      "prometheus_rule_group_duration_histogram_seconds 0 0",
    ],
  );
});

test("notifications are counted under upstream's names", () => {
  const names: string[] = [];
  const notifier = new Notifier(
    { openClient: () => assert.fail(), clock: new VirtualClock(0), logger: silentLogger },
    defaultQueueOptions,
  );
  const note = ({ name }: MetricSpec) => names.push(name);
  registerNotifierMetrics({ ...uncounted, sampled: note, summary: note }, notifier);
  assert.deepEqual(names.sort(), [
    "prometheus_notifications_alertmanagers_discovered",
    "prometheus_notifications_dropped_total",
    "prometheus_notifications_errors_total",
    "prometheus_notifications_latency_seconds",
    "prometheus_notifications_queue_capacity",
    "prometheus_notifications_queue_length",
    "prometheus_notifications_sent_total",
  ]);
});
