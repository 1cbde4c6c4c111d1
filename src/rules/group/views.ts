/** Groups, rules and alerts as the HTTP API shows them. */
import { type Labels, labelsOf } from "#series";
import type { Alert } from "../alert/alert-state.ts";
import type { AlertingRule } from "./alerting-rule.ts";
import type { RecordingRule } from "./recording-rule.ts";
import type { RuleGroup } from "./rule-group.ts";

export interface AlertView {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: Alert["state"];
  readonly activeAtMs: number;
  readonly keepFiringSinceMs: number | undefined;
  readonly value: number;
}

interface EvaluatedRuleView {
  readonly name: string;
  readonly query: string;
  readonly labels: Labels;
  readonly health: "ok" | "err" | "unknown";
  readonly lastError: string;
  readonly evaluationSeconds: number;
  readonly lastEvaluationMs: number;
}

export interface AlertingRuleView extends EvaluatedRuleView {
  readonly type: "alerting";
  readonly state: AlertingRule["state"];
  readonly forSeconds: number;
  readonly keepFiringForSeconds: number;
  readonly annotations: Labels;
  readonly alerts: readonly AlertView[];
}

export interface RecordingRuleView extends EvaluatedRuleView {
  readonly type: "recording";
}

export interface RuleGroupView {
  readonly name: string;
  readonly file: string;
  readonly intervalSeconds: number;
  readonly limit: number;
  readonly rules: readonly (AlertingRuleView | RecordingRuleView)[];
  readonly evaluationSeconds: number;
  readonly lastEvaluationMs: number;
}

export function viewGroup(group: RuleGroup): RuleGroupView {
  const { file, intervalMs, spec } = group.options;
  return {
    name: spec.name,
    file,
    intervalSeconds: intervalMs / 1000,
    limit: spec.limit,
    rules: group.rules.map((rule) =>
      rule.kind === "alerting" ? viewAlerting(rule) : viewRecording(rule),
    ),
    evaluationSeconds: group.evaluationSeconds,
    lastEvaluationMs: group.lastEvaluationMs,
  };
}

function viewAlerting(rule: AlertingRule): AlertingRuleView {
  const { spec } = rule;
  return {
    type: "alerting",
    ...viewEvaluated(rule),
    state: rule.state,
    forSeconds: spec.forMs / 1000,
    keepFiringForSeconds: spec.keepFiringForMs / 1000,
    annotations: labelsOf(spec.annotations),
    alerts: activeAlerts(rule).map(viewAlert),
  };
}

function viewRecording(rule: RecordingRule): RecordingRuleView {
  return { type: "recording", ...viewEvaluated(rule) };
}

function viewEvaluated({ spec, status }: AlertingRule | RecordingRule): EvaluatedRuleView {
  const { health, lastError, evaluationSeconds, lastEvaluationMs } = status;
  const { name, query } = spec;
  const labels = labelsOf(spec.labels);
  return { name, query, labels, health, lastError, evaluationSeconds, lastEvaluationMs };
}

/** The alerts of a rule that have not been resolved. */
function activeAlerts(rule: AlertingRule): readonly Alert[] {
  return [...rule.alerts.values()].filter(({ resolvedAtMs }) => resolvedAtMs === undefined);
}

function viewAlert(alert: Alert): AlertView {
  const { labels, annotations, state, activeAtMs, keepFiringSinceMs, value } = alert;
  return { labels, annotations, state, activeAtMs, keepFiringSinceMs, value };
}
