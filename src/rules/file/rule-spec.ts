import type { Expr } from "#promql";

/** Groups of rules as a file declares them, complete and checked. */
export interface RuleGroupSpec {
  readonly name: string;
  /** 0 leaves it to the configuration's `evaluation_interval`. */
  readonly intervalMs: number;
  /** Undefined leaves it to the configuration's `rule_query_offset`. */
  readonly queryOffsetMs: number | undefined;
  /** At most so many series or alerts of each rule; 0 is no limit. */
  readonly limit: number;
  readonly rules: readonly RuleSpec[];
}

export type RuleSpec = RecordingSpec | AlertingSpec;

interface QuerySpec {
  readonly name: string;
  /** The expression in canonical form, and what that is parsed to. */
  readonly query: string;
  readonly expr: Expr;
  /** The group's labels and the rule's own, sorted by name. An empty value removes a label. */
  readonly labels: LabelTexts;
}

/** Stores what its expression gives as series of its name. */
export interface RecordingSpec extends QuerySpec {
  readonly kind: "recording";
}

/** Raises an alert for each series that its expression gives. Labels and annotations are templates. */
export interface AlertingSpec extends QuerySpec {
  readonly kind: "alerting";
  /** How long the condition must hold before the alert fires. */
  readonly forMs: number;
  /** How long the alert fires on after the condition has ceased. */
  readonly keepFiringForMs: number;
  readonly annotations: LabelTexts;
}

/** Names and their texts, sorted by name; other than in a label set, texts may be empty. */
export type LabelTexts = readonly (readonly [name: string, text: string])[];

/** Whether two groups do the same, so that a reload can leave the running one alone. */
export function isSameGroup(left: RuleGroupSpec, right: RuleGroupSpec): boolean {
  return describeGroup(left) === describeGroup(right);
}

function describeGroup(group: RuleGroupSpec): string {
  const { name, intervalMs, queryOffsetMs, limit } = group;
  const rules = group.rules.map((rule) => [
    rule.kind,
    rule.name,
    rule.query,
    rule.labels,
    rule.kind === "alerting" ? [rule.forMs, rule.keepFiringForMs, rule.annotations] : [],
  ]);
  return JSON.stringify([name, intervalMs, queryOffsetMs ?? null, limit, rules]);
}
