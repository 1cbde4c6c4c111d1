import type { JsonObject } from "#api";
import type { PrometheusRule, Rule, RuleGroup } from "#api/monitoring/v1";
import { definedOf, nonEmpty } from "./scrape-job.ts";

/** The object as a rule file. What only Thanos Ruler knows is left out. */
export function ruleFileOf({ spec }: PrometheusRule): JsonObject {
  return { groups: (spec.groups ?? []).map(groupSection) };
}

function groupSection(group: RuleGroup): JsonObject {
  return definedOf({
    name: group.name,
    labels: group.labels,
    interval: nonEmpty(group.interval),
    query_offset: nonEmpty(group.query_offset),
    limit: group.limit,
    rules: (group.rules ?? []).map(ruleSection),
  });
}

function ruleSection(rule: Rule): JsonObject {
  return definedOf({
    record: nonEmpty(rule.record),
    alert: nonEmpty(rule.alert),
    expr: String(rule.expr),
    for: nonEmpty(rule.for),
    keep_firing_for: nonEmpty(rule.keep_firing_for),
    labels: rule.labels,
    annotations: rule.annotations,
  });
}
