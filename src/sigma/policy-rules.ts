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
import type { BaselineSpec, SigmaPolicy } from "./policy.ts";
import { policyAlerts } from "./policy-alerts.ts";
import { durationText, seriesOf, sigmaSeries, type SigmaRule } from "./sigma-series.ts";

/** A group of rules in the words of a rule file. */
export interface SigmaRuleGroup {
  readonly name: string;
  readonly interval: string;
  readonly rules: readonly SigmaRule[];
}

export function policyRules(policy: SigmaPolicy): SigmaRuleGroup {
  const [value, mean, spread] = [sigmaSeries.value, sigmaSeries.mean, sigmaSeries.spread].map(
    (name) => seriesOf(policy, name),
  );
  return {
    name: `sigma-${policy.name}`,
    interval: durationText(policy.evaluationIntervalMs),
    rules: [
      recordOf(policy, sigmaSeries.value, policy.expr),
      ...baselineRules(policy),
      recordOf(policy, sigmaSeries.z, `(${value} - ${mean}) / (${spread} > 0)`),
      ...policyAlerts(policy),
    ],
  };
}

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

function recordOf(policy: SigmaPolicy, record: string, expr: string): SigmaRule {
  return { record, expr, labels: { sigma_policy: policy.name } };
}
