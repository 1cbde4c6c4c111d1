/**
 * What a sigma policy says: which series, against which baseline, and what a deviation of how many
 * standard deviations does. One sigma wakes nobody, nor do two; three open a ticket, and page one
 * person when the series has shown that three are rare for it.
 */
import type { RunRule } from "./run-rule.ts";

/** What a series' normal is taken from: everything before the gap, as far back as the window. */
export interface BaselineSpec {
  /**
   * `mean`: average and standard deviation of the window. `median`: median and scaled median
   * deviation, for series with short bursts. `seasonal`: what the same hours of the last three weeks
   * were, moved by how the last week's level differs; needs four weeks of data.
   */
  readonly kind: "mean" | "median" | "seasonal";
  readonly windowMs: number;
  readonly gapMs: number;
  /** No judgement before the window holds data of so long a time. */
  readonly dataMsMin: number;
  /** The standard deviation is taken to be at least this … */
  readonly spreadMin: number;
  /** … and at least this part of the mean. */
  readonly relativeSpreadMin: number;
}

/**
 * - `record`: seen in graphs, tells nobody.
 * - `note`: a ticket if it happens while the team works, at most one a day.
 * - `ticket`: somebody looks at it in working hours.
 * - `page`: the primary on call, the backup five minutes later.
 * - `page-both`: primary and backup at once.
 */
export type SigmaAction = "record" | "note" | "ticket" | "page" | "page-both";

export interface SigmaLevel {
  /** Part of the alert's name and its label `sigma_level`. */
  readonly name: string;
  /** The least threshold, in standard deviations. */
  readonly sigmas: number;
  readonly rule: RunRule;
  readonly action: SigmaAction;
  /** Whether the threshold is raised until the series' own past would not have fired too often. */
  readonly isBackTested: boolean;
}

export interface SigmaPolicy {
  /** A DNS label; the label `sigma_policy` of everything that is made of it. */
  readonly name: string;
  /** PromQL: one or more series, each judged for itself. */
  readonly expr: string;
  readonly evaluationIntervalMs: number;
  readonly baseline: BaselineSpec;
  readonly levels: readonly SigmaLevel[];
  /** The team that owns the series; without one nobody can be paged. */
  readonly team: string | undefined;
  readonly runbookUrl: string | undefined;
  /** Whether these series are what users feel. Others never page by themselves. */
  readonly isPageEligible: boolean;
  /** The name of an alert (a burn rate's) that pages for these series only while it fires too. */
  readonly agreeingAlert: string | undefined;
  /** A new policy only notes whom it would have paged. */
  readonly mode: "shadow" | "active";
  readonly backTest: BackTestSpec;
}

export interface BackTestSpec {
  readonly historyMs: number;
  /** A page's threshold would have fired no more often than that in this time. */
  readonly firingsMax: number;
  /** Firings closer than that are one incident, and wake somebody once. */
  readonly quietMs: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export const baselineDefault: BaselineSpec = {
  kind: "mean",
  windowMs: 7 * dayMs,
  gapMs: 10 * minuteMs,
  dataMsMin: dayMs,
  spreadMin: 0,
  relativeSpreadMin: 0.05,
};

/**
 * Levels are judged on the same evaluations; the highest that is met speaks. Three of five instead of
 * an unbroken `for`: a true shift of three sigma is beyond three in half of its evaluations only.
 */
export const levelsDefault: readonly SigmaLevel[] = [
  level("s1", 1, "1/1", "record"),
  level("s2", 2, "4/5", "note"),
  level("s3-ticket", 3, "2/3", "ticket"),
  { ...level("s3-page", 3, "3/5", "page"), isBackTested: true },
  { ...level("s6", 6, "2/3", "page-both"), isBackTested: true },
];

export const backTestDefault: BackTestSpec = {
  historyMs: 28 * dayMs,
  firingsMax: 1,
  quietMs: 4 * hourMs,
};

export const policyDefault = {
  evaluationIntervalMs: minuteMs,
  baseline: baselineDefault,
  levels: levelsDefault,
  team: undefined,
  runbookUrl: undefined,
  isPageEligible: false,
  agreeingAlert: undefined,
  mode: "shadow",
  backTest: backTestDefault,
} as const satisfies Omit<SigmaPolicy, "name" | "expr">;

export function isPage(action: SigmaAction): boolean {
  return action === "page" || action === "page-both";
}

/**
 * What keeps a policy from paging whatever it sees, in words for its owner; empty for one that may.
 */
export function pageObstacles(policy: SigmaPolicy): readonly string[] {
  const found: string[] = [];
  if (policy.mode === "shadow") found.push("it is in shadow mode");
  if (!policy.isPageEligible && policy.agreeingAlert === undefined) {
    found.push("its series are not marked as page-eligible, and no alert has to agree");
  }
  if (policy.team === undefined) found.push("no team owns it");
  if (policy.runbookUrl === undefined) found.push("it has no runbook");
  return found;
}

function level(name: string, sigmas: number, rule: string, action: SigmaAction): SigmaLevel {
  const [beyond = 1, of = 1] = rule.split("/").map(Number);
  return { name, sigmas, rule: { beyond, of }, action, isBackTested: false };
}
