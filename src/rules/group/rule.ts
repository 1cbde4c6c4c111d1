import type { TemplateCounts } from "../template/alert-template.ts";
import type { ParsedQuery, QueryValue } from "#promql";
import type { RecordingSpec, RuleSpec } from "../file/rule-spec.ts";
import type { AlertingRule } from "./alerting-rule.ts";
import type { RecordingRule } from "./recording-rule.ts";

export type Rule = RecordingRule | AlertingRule;

/** One evaluation of one rule. */
export interface RuleEvaluation {
  readonly evaluate: (query: ParsedQuery, atMs: number, signal: AbortSignal) => Promise<QueryValue>;
  readonly atMs: number;
  /** The moment that the query looks at, and that results are stored under. */
  readonly queryAtMs: number;
  /** At most so many series or alerts; 0 is no limit. */
  readonly limit: number;
  readonly externalLabels: readonly string[];
  readonly externalUrl: string;
  readonly templateCounts: TemplateCounts;
  readonly signal: AbortSignal;
}

export function queryOf({ query, expr }: RuleSpec): ParsedQuery {
  return { text: query, expr };
}

/** What makes a rule the same after a reload: upstream compares name and labels. */
export function ruleIdentity({ name, labels }: Pick<RecordingSpec, "name" | "labels">): string {
  return JSON.stringify([name, labels]);
}
