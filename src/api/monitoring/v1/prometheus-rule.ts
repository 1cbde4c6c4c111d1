import { objectMeta } from "../../meta/v1/object-meta.ts";
import {
  field,
  int64,
  intOrString,
  keyedListOf,
  limited,
  listOf,
  mapOf,
  standardVerbs,
  statusSubresource,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { kind, type } from "./package.ts";
import { configResourceStatus } from "./status.ts";
import { duration, nonEmpty } from "./text.ts";

export const rule = type("Rule", "A recording rule or an alerting rule.", {
  record: field(string, "Name of the series that the result is recorded as."),
  alert: field(string, "Name of the alert."),
  expr: field(intOrString, "The expression, in PromQL.").required(),
  for: field(duration, "How long an alert pends before it fires."),
  keep_firing_for: field(
    limited(duration, { minLength: 1 }),
    "How long an alert goes on firing when its expression finds nothing any more.",
  ),
  labels: field(mapOf(string), "Labels that are added; for alerts they may be templates."),
  annotations: field(mapOf(string), "What people are told of an alert; templates."),
});
export interface Rule extends TypeOf<typeof rule> {}

export const ruleGroup = type("RuleGroup", "Rules that are evaluated one after the other.", {
  name: field(nonEmpty, "Name of the group, unique in the object.").required(),
  labels: field(mapOf(string), "Labels of all its rules."),
  interval: field(duration, "Time between evaluations."),
  query_offset: field(duration, "How far in the past the rules look."),
  rules: field(listOf(rule), "The rules, in order."),
  partial_response_strategy: field(
    limited(string, { pattern: "^(?i)(abort|warn)?$" }),
    "For Thanos Ruler; Prometheus does not look at it.",
  ),
  limit: field(int64, "With more alerts or series, a rule fails; 0 is no limit."),
});
export interface RuleGroup extends TypeOf<typeof ruleGroup> {}

export const prometheusRuleSpec = type("PrometheusRuleSpec", "Groups of rules.", {
  groups: field(keyedListOf(ruleGroup, "name"), "The groups."),
});
export interface PrometheusRuleSpec extends TypeOf<typeof prometheusRuleSpec> {}

export const prometheusRule = kind(
  "PrometheusRule",
  "Rules that record series and raise alerts.",
  {
    metadata: field(objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(prometheusRuleSpec, "Groups of rules.").required(),
    status: field(configResourceStatus, "Who evaluates them."),
  },
  {
    name: "prometheusrules",
    singular: "prometheusrule",
    namespaced: true,
    verbs: standardVerbs,
    shortNames: ["promrule"],
    categories: ["prometheus-operator"],
    subresources: { status: statusSubresource("PrometheusRule") },
  },
);
export interface PrometheusRule extends TypeOf<typeof prometheusRule> {}
