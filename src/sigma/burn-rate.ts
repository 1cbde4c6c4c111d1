/**
 * Alerts on how fast a service spends its error budget: two windows each, a long one that says it is
 * real and a short one that says it still goes on (the multi-window, multi-burn-rate alerts of the
 * Site Reliability Workbook, chapter 5).
 */
import type { SigmaRuleGroup } from "./policy-rules.ts";
import { durationText, type SigmaRule } from "./sigma-series.ts";

/** A service level objective. */
export interface BurnRatePolicy {
  /** A DNS label. */
  readonly name: string;
  /** The share of good events, as 0.999. */
  readonly objective: number;
  /** PromQL with `$window` for the range: bad events a second. */
  readonly badExpr: string;
  /** PromQL with `$window`: all events a second. */
  readonly totalExpr: string;
  readonly periodMs: number;
  readonly team: string | undefined;
  readonly runbookUrl: string | undefined;
}

/** One alert of the set: it fires when both windows burn at least so many times too fast. */
export interface BurnRateLevel {
  readonly burnRate: number;
  readonly longMs: number;
  readonly shortMs: number;
  readonly severity: "page" | "ticket";
}

const hourMs = 3_600_000;

/** For a period of 30 days: 2 %, 5 %, 10 % and 10 % of the budget are spent when they fire. */
export const burnRateLevels: readonly BurnRateLevel[] = [
  levelOf(14.4, 1, "page"),
  levelOf(6, 6, "page"),
  levelOf(3, 24, "ticket"),
  levelOf(1, 72, "ticket"),
];

/** The part of the whole budget that is spent when a level fires. */
export function budgetSpent({ burnRate, longMs }: BurnRateLevel, periodMs: number): number {
  return (burnRate * longMs) / periodMs;
}

export function burnRateRules(policy: BurnRatePolicy): SigmaRuleGroup {
  const windowsMs = [
    ...new Set(burnRateLevels.flatMap(({ longMs, shortMs }) => [longMs, shortMs])),
  ];
  return {
    name: `burn-rate-${policy.name}`,
    interval: "30s",
    rules: [
      ...windowsMs.sort((left, right) => left - right).map((ms) => ratioRule(policy, ms)),
      ...burnRateLevels.map((level) => burnAlert(policy, level)),
    ],
  };
}

/** A short window is a twelfth of the long one. */
function levelOf(burnRate: number, hours: number, severity: "page" | "ticket"): BurnRateLevel {
  return { burnRate, longMs: hours * hourMs, shortMs: (hours * hourMs) / 12, severity };
}

/** PromQL: the share of a window's events that were bad. */
export function errorRatioExpr({ badExpr, totalExpr }: BurnRatePolicy, windowMs: number): string {
  const over = (expr: string) => expr.replaceAll("$window", durationText(windowMs));
  return `(${over(badExpr)}) / (${over(totalExpr)})`;
}

/** The share of events that may be bad. */
export function errorBudget({ objective }: BurnRatePolicy): number {
  // In floating point 1 - 0.999 has a tail of digits that nobody wants to read in a rule.
  return Number((1 - objective).toPrecision(12));
}

function ratioRule(policy: BurnRatePolicy, windowMs: number): SigmaRule {
  return {
    record: `slo:error_ratio:${durationText(windowMs)}`,
    expr: errorRatioExpr(policy, windowMs),
    labels: { slo: policy.name },
  };
}

function burnAlert(policy: BurnRatePolicy, level: BurnRateLevel): SigmaRule {
  const budget = errorBudget(policy);
  const burns = (ms: number) =>
    `slo:error_ratio:${durationText(ms)}{slo="${policy.name}"} > ${level.burnRate} * ${budget}`;
  const spent = Number((budgetSpent(level, policy.periodMs) * 100).toPrecision(3));
  return {
    alert: "BurnRate",
    expr: `${burns(level.longMs)} and ${burns(level.shortMs)}`,
    keep_firing_for: durationText(level.shortMs),
    labels: {
      severity: level.severity,
      slo: policy.name,
      burn_rate: String(level.burnRate),
      ...(policy.team === undefined ? {} : { team: policy.team }),
    },
    annotations: {
      summary: `${policy.name} spends its error budget ${level.burnRate} times too fast`,
      description: `{{ $value | humanizePercentage }} of its events were bad over ${durationText(level.longMs)}; ${spent} % of the budget is gone by this.`,
      ...(policy.runbookUrl === undefined ? {} : { runbook_url: policy.runbookUrl }),
    },
  };
}
