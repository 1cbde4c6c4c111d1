/** What the evaluation of rules needs from other parts; each has this shape, and `main` connects them. */
import type { Clock, Logger } from "#base";
import type { ParsedQuery, QueryEngine, QueryValue } from "#promql";
import type { Appendable, Labels, Queryable } from "#series";
import type { Alert } from "../alert/alert-state.ts";

/** Evaluates a query at one moment. Rejects with what is wrong with the query, or the abort's reason. */
export type Evaluate = (
  query: ParsedQuery,
  atMs: number,
  signal: AbortSignal,
  group: AskingGroup,
) => Promise<QueryValue>;

/** The group whose rule asks. */
interface AskingGroup {
  readonly file: string;
  readonly name: string;
}

/** Lets the engine evaluate, over everything that is stored. */
export function evaluateWith(engine: QueryEngine, queryable: Queryable): Evaluate {
  return async (query, atMs, signal, { file, name }) => {
    const origin = { kind: "ruleGroup", file, name } as const;
    const { value } = await engine.instant(query, { timeMs: atMs, origin }, queryable, signal);
    return value;
  };
}

export interface RuleDeps {
  readonly evaluate: Evaluate;
  /** Where results are stored. */
  readonly appendable: Appendable;
  /** Where the state of alerts is read from after a restart. */
  readonly queryable: Queryable;
  /** Takes the alerts of a rule, whose query is given, to be sent to Alertmanagers. */
  readonly notify: (query: string, alerts: readonly Alert[]) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What the configuration says about all rules; a reload changes it for groups that run on, too. */
export interface RuleSettings {
  readonly externalLabels: Labels;
  readonly externalUrl: string;
  /** For groups that say nothing themselves. */
  readonly intervalMs: number;
  readonly queryOffsetMs: number;
}

/** The flags of the program that rules know. */
export interface RuleOptions {
  /** A pending alert's state is restored when it is no older than this. */
  readonly outageToleranceMs: number;
  /** A restored alert stays pending for at least so long; alerts with a shorter `for` are not restored. */
  readonly forGracePeriodMs: number;
  /** How long an Alertmanager is left alone with what it was told. */
  readonly resendDelayMs: number;
  /** Independent rules of a group that are evaluated at the same time, over all groups; 0: one by one. */
  readonly concurrentEvaluationsMax: number;
  /** When a group that a reload adds is evaluated first: at once, too, or not before its own moment. */
  readonly addedGroups: "at once" | "at their moments";
}

export const defaultRuleOptions: RuleOptions = {
  outageToleranceMs: 3_600_000,
  forGracePeriodMs: 600_000,
  resendDelayMs: 60_000,
  concurrentEvaluationsMax: 0,
  addedGroups: "at their moments",
};
