/**
 * A policy as rules that any Prometheus evaluates. Everything the judgement is made of can be queried
 * and drawn: value, mean, spread and z-score of each series, and the threshold of its pages.
 *
 *   sigma:value  →  sigma:mean, sigma:spread  →  sigma:z  →  alerts Sigma_<level>
 *
 * `sigma:page_threshold` comes from the back-test, one for each level of each series. A series without one pages nobody: not having
 * looked at the past is no reason to wake somebody.
 */
import { unreachable } from "#base";
import { madScale } from "./baseline.ts";
import {
  type BaselineSpec,
  isPage,
  pageObstacles,
  type SigmaAction,
  type SigmaLevel,
  type SigmaPolicy,
} from "./policy.ts";

/** A group of rules in the words of a rule file. */
export interface SigmaRuleGroup {
  readonly name: string;
  readonly interval: string;
  readonly rules: readonly SigmaRule[];
}

export type SigmaRule =
  | {
      readonly record: string;
      readonly expr: string;
      readonly labels: Readonly<Record<string, string>>;
    }
  | {
      readonly alert: string;
      readonly expr: string;
      readonly keep_firing_for: string;
      readonly labels: Readonly<Record<string, string>>;
      readonly annotations: Readonly<Record<string, string>>;
    };

/** The names of a policy's series. */
export const sigmaSeries = {
  value: "sigma:value",
  mean: "sigma:mean",
  spread: "sigma:spread",
  /** How far each value was from the mean; for baselines of medians. */
  distance: "sigma:distance",
  z: "sigma:z",
  threshold: "sigma:page_threshold",
} as const;

export function policyRules(policy: SigmaPolicy): SigmaRuleGroup {
  const [value, mean, spread] = [sigmaSeries.value, sigmaSeries.mean, sigmaSeries.spread].map(
    (name) => seriesOf(policy, name),
  );
  const alerts = policy.levels.filter(({ action }) => action !== "record");
  return {
    name: `sigma-${policy.name}`,
    interval: durationText(policy.evaluationIntervalMs),
    rules: [
      recordOf(policy, sigmaSeries.value, policy.expr),
      ...baselineRules(policy),
      recordOf(policy, sigmaSeries.z, `(${value} - ${mean}) / (${spread} > 0)`),
      ...alerts.map((level) => levelAlert(policy, level)),
      noDataAlert(policy),
    ],
  };
}

/** A duration as rule files have it, in the largest unit that is whole: `10m`, `1w`. */
export function durationText(ms: number): string {
  for (const [unit, unitMs] of durationUnits) {
    if (ms >= unitMs && ms % unitMs === 0) return `${ms / unitMs}${unit}`;
  }
  return `${ms}ms`;
}

const durationUnits = [
  ["w", 604_800_000],
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
] as const;

/** A deviation that comes and goes is one alert. */
const keepFiringFor = "10m";
/** So many evaluations without a value, although there is a baseline, are an alert. */
const absentEvaluations = 5;

function baselineRules(policy: SigmaPolicy): readonly SigmaRule[] {
  const { baseline, evaluationIntervalMs } = policy;
  const before = (name: string) =>
    `${seriesOf(policy, name)}[${durationText(baseline.windowMs)}] offset ${durationText(baseline.gapMs)}`;
  const countMin = Math.ceil(baseline.dataMsMin / evaluationIntervalMs);
  const enough = `and count_over_time(${before(sigmaSeries.value)}) >= ${countMin}`;
  const deviation = `stddev_over_time(${before(sigmaSeries.value)})`;
  const mean = seriesOf(policy, sigmaSeries.mean);
  switch (baseline.kind) {
    case "mean":
      return [
        recordOf(policy, sigmaSeries.mean, `avg_over_time(${before(sigmaSeries.value)}) ${enough}`),
        recordOf(policy, sigmaSeries.spread, atLeast(baseline, deviation, mean)),
      ];
    case "median": {
      const distance = `abs(${seriesOf(policy, sigmaSeries.value)} - ${mean})`;
      const median = `quantile_over_time(0.5, ${before(sigmaSeries.value)})`;
      const spread = `${madScale} * quantile_over_time(0.5, ${before(sigmaSeries.distance)})`;
      return [
        recordOf(policy, sigmaSeries.mean, `${median} ${enough}`),
        recordOf(policy, sigmaSeries.distance, distance),
        recordOf(policy, sigmaSeries.spread, atLeast(baseline, spread, mean)),
      ];
    }
    case "seasonal":
      return [
        recordOf(policy, sigmaSeries.mean, `${seasonalExpr(policy)} ${enough}`),
        recordOf(policy, sigmaSeries.spread, atLeast(baseline, deviation, mean)),
      ];
    default:
      return unreachable(baseline.kind);
  }
}

/**
 * What the four hours around this one were in each of the last three weeks, moved by how the level of
 * a week has changed since; the middle one of the three.
 */
function seasonalExpr(policy: SigmaPolicy): string {
  const value = seriesOf(policy, sigmaSeries.value);
  const gap = durationText(policy.baseline.gapMs);
  const level = `avg_over_time(${value}[1w] offset ${gap})`;
  const foretold = [1, 2, 3].map((weeks) => {
    const around = `avg_over_time(${value}[4h] offset ${weeks * 168 - 2}h)`;
    const then = `avg_over_time(${value}[1w] offset ${weeks}w)`;
    return `label_replace(${around} + ${level} - ${then}, "sigma_week", "${weeks}", "", "")`;
  });
  return `quantile without (sigma_week) (0.5, ${foretold.join(" or ")})`;
}

/** The spread, or the policy's floor where that is more. */
function atLeast(baseline: BaselineSpec, spread: string, mean: string): string {
  const relative = `${baseline.relativeSpreadMin} * abs(${mean})`;
  const floor = baseline.spreadMin > 0 ? `clamp_min(${relative}, ${baseline.spreadMin})` : relative;
  return baseline.relativeSpreadMin === 0 && baseline.spreadMin === 0
    ? spread
    : `(${spread} >= ${floor}) or ${floor}`;
}

function levelAlert(policy: SigmaPolicy, level: SigmaLevel): SigmaRule {
  const { beyond, of } = level.rule;
  const z = seriesOf(policy, sigmaSeries.z);
  const window = `[${durationText(of * policy.evaluationIntervalMs)}:${durationText(policy.evaluationIntervalMs)}]`;
  const threshold = thresholdExpr(policy, level);
  const matching = level.isBackTested ? "ignoring (sigma_level) " : "";
  const runOf = (comparison: string) => `sum_over_time((${z} ${comparison})${window}) >= ${beyond}`;
  const runs =
    `${runOf(`>= bool ${matching}${threshold}`)} or ` + runOf(`<= bool ${matching}-${threshold}`);
  const agreeing =
    isPage(level.action) && policy.agreeingAlert !== undefined
      ? ` and on () ALERTS{alertname="${policy.agreeingAlert}", alertstate="firing"}`
      : "";
  return {
    alert: `Sigma_${level.name}`,
    expr: agreeing === "" ? runs : `(${runs})${agreeing}`,
    keep_firing_for: keepFiringFor,
    labels: alertLabels(policy, level.name, level.action),
    annotations: alertAnnotations(policy, level),
  };
}

/** A number, or the threshold that the back-test found for each series. */
function thresholdExpr(policy: SigmaPolicy, { name, sigmas, isBackTested }: SigmaLevel): string {
  if (!isBackTested) return String(sigmas);
  const labels = `{sigma_policy="${policy.name}", sigma_level="${name}"}`;
  return `clamp_min(${sigmaSeries.threshold}${labels}, ${sigmas})`;
}

/** No data is as bad as a deviation: the baseline is there, and the series is not. */
function noDataAlert(policy: SigmaPolicy): SigmaRule {
  const window = durationText(absentEvaluations * policy.evaluationIntervalMs);
  const mean = seriesOf(policy, sigmaSeries.mean);
  const value = seriesOf(policy, sigmaSeries.value);
  return {
    alert: "Sigma_no_data",
    expr: `last_over_time(${mean}[1h] offset ${window}) unless last_over_time(${value}[${window}])`,
    keep_firing_for: keepFiringFor,
    labels: alertLabels(policy, "no-data", "page"),
    annotations: {
      summary: `${policy.name}: no data for ${window}`,
      ...runbookOf(policy),
    },
  };
}

/** `severity` says what happens; `sigma_held_back` what would, if the policy were allowed to page. */
function alertLabels(
  policy: SigmaPolicy,
  levelName: string,
  action: SigmaAction,
): Readonly<Record<string, string>> {
  const isHeld = isPage(action) && pageObstacles(policy).length > 0;
  const severity = policy.mode === "shadow" ? "none" : isHeld ? "ticket" : action;
  return {
    severity,
    sigma_policy: policy.name,
    sigma_level: levelName,
    ...(isHeld ? { sigma_held_back: action } : {}),
    ...(policy.team === undefined ? {} : { team: policy.team }),
  };
}

function alertAnnotations(
  policy: SigmaPolicy,
  { sigmas, rule }: SigmaLevel,
): Readonly<Record<string, string>> {
  const often = `${rule.beyond} of ${rule.of} evaluations`;
  return {
    summary: `${policy.name}: ${often} at least ${sigmas} standard deviations from normal`,
    description: `{{ $labels }}: {{ $value }} of the last ${rule.of} evaluations of ${policy.name} were beyond the threshold, on one side.`,
    ...runbookOf(policy),
  };
}

function runbookOf({ runbookUrl }: SigmaPolicy): Readonly<Record<string, string>> {
  return runbookUrl === undefined ? {} : { runbook_url: runbookUrl };
}

function recordOf(policy: SigmaPolicy, record: string, expr: string): SigmaRule {
  return { record, expr, labels: { sigma_policy: policy.name } };
}

function seriesOf(policy: SigmaPolicy, name: string): string {
  return `${name}{sigma_policy="${policy.name}"}`;
}
