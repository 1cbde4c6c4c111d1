/**
 * The alerts of a policy. `severity` is what is asked for: a note, a ticket, a page. A page that the
 * policy may not send is an alert all the same, which asks for less and says why: `sigma_held_back` is
 * what it would have been, the annotation `held_back` what keeps it from that. So whoever asks in the
 * morning why nobody was paged has an answer.
 *
 * All alerts of one series have the same `sigma_series`, by which they are one incident.
 */
import {
  isPage,
  pageObstacles,
  type SigmaAction,
  type SigmaLevel,
  type SigmaPolicy,
} from "./policy.ts";
import { durationText, seriesOf, sigmaSeries, type SigmaRule } from "./sigma-series.ts";

/** A deviation that comes and goes is one alert. */
const keepFiringFor = "10m";
/** So many evaluations without a value, although there is a baseline, are an alert. */
const absentEvaluations = 5;

export function policyAlerts(policy: SigmaPolicy): readonly SigmaRule[] {
  const levels = policy.levels.filter(({ action }) => action !== "record");
  return [...levels.flatMap((level) => levelAlerts(policy, level)), noDataAlert(policy)];
}

/** When an alert fires, and what keeps it from being what its level asks for. */
interface Firing {
  readonly expr: string;
  /** Empty for nothing. */
  readonly heldBack: string;
}

function levelAlerts(policy: SigmaPolicy, level: SigmaLevel): readonly SigmaRule[] {
  return firingsOf(policy, level).map(({ expr, heldBack }) => ({
    alert: `Sigma_${level.name}`,
    expr,
    keep_firing_for: keepFiringFor,
    labels: alertLabels(policy, level, heldBack),
    annotations: { ...levelAnnotations(policy, level), ...heldBackAnnotation(heldBack) },
  }));
}

function firingsOf(policy: SigmaPolicy, level: SigmaLevel): readonly Firing[] {
  const runs = runsExpr(policy, level, tested(policy, level));
  if (!isPage(level.action)) return [{ expr: runs, heldBack: "" }];
  return [...judgedFirings(policy, runs), ...untestedFirings(policy, level)];
}

/** Of series whose threshold the back-test knows. */
function judgedFirings(policy: SigmaPolicy, runs: string): readonly Firing[] {
  const { agreeingAlert } = policy;
  const obstacles = pageObstacles(policy);
  if (obstacles.length > 0) return [{ expr: runs, heldBack: obstacles.join(", and ") }];
  if (agreeingAlert === undefined) return [{ expr: runs, heldBack: "" }];
  const agreeing = `on () ALERTS{alertname="${agreeingAlert}", alertstate="firing"}`;
  return [
    { expr: `(${runs}) and ${agreeing}`, heldBack: "" },
    { expr: `(${runs}) unless ${agreeing}`, heldBack: `${agreeingAlert} does not fire` },
  ];
}

/** Of series that have no threshold: their past is too short, or no threshold would have been quiet. */
function untestedFirings(policy: SigmaPolicy, level: SigmaLevel): readonly Firing[] {
  if (!level.isBackTested) return [];
  const runs = runsExpr(policy, level, fixed(level));
  const threshold = thresholdSelector(policy, level);
  const untested =
    "its back-test has found no threshold that may page, as `wherry sigma test` shows";
  const heldBack = [...pageObstacles(policy), untested].join(", and ");
  return [{ expr: `(${runs}) unless ignoring (sigma_level) ${threshold}`, heldBack }];
}

/** So many of the last evaluations beyond the threshold, all above or all below. */
function runsExpr(policy: SigmaPolicy, { rule }: SigmaLevel, threshold: Threshold): string {
  const { evaluationIntervalMs } = policy;
  const z = seriesOf(policy, sigmaSeries.z);
  const window = `[${durationText(rule.of * evaluationIntervalMs)}:${durationText(evaluationIntervalMs)}]`;
  const runOf = (comparison: string) =>
    `sum_over_time((${z} ${comparison})${window}) >= ${rule.beyond}`;
  const { matching, expr } = threshold;
  return `${runOf(`>= bool ${matching}${expr}`)} or ${runOf(`<= bool ${matching}-${expr}`)}`;
}

/** What scores are compared with: a number, or for each series one of its own. */
interface Threshold {
  readonly expr: string;
  /** How its series are matched with those of the scores. */
  readonly matching: string;
}

function fixed({ sigmas }: SigmaLevel): Threshold {
  return { expr: String(sigmas), matching: "" };
}

/** What the back-test found for each series, where the level goes by it. */
function tested(policy: SigmaPolicy, level: SigmaLevel): Threshold {
  if (!level.isBackTested) return fixed(level);
  const expr = `clamp_min(${thresholdSelector(policy, level)}, ${level.sigmas})`;
  return { expr, matching: "ignoring (sigma_level) " };
}

function thresholdSelector(policy: SigmaPolicy, { name }: SigmaLevel): string {
  return `${sigmaSeries.threshold}{sigma_policy="${policy.name}", sigma_level="${name}"}`;
}

/** No data is as bad as a deviation: the baseline is there, and the series is not. */
function noDataAlert(policy: SigmaPolicy): SigmaRule {
  const window = durationText(absentEvaluations * policy.evaluationIntervalMs);
  const mean = seriesOf(policy, sigmaSeries.mean);
  const value = seriesOf(policy, sigmaSeries.value);
  const heldBack = pageObstacles(policy).join(", and ");
  return {
    alert: "Sigma_no_data",
    expr: `last_over_time(${mean}[1h] offset ${window}) unless last_over_time(${value}[${window}])`,
    keep_firing_for: keepFiringFor,
    labels: alertLabels(policy, { name: "no-data", action: "page" }, heldBack),
    annotations: {
      summary: `${policy.name}: no data for ${window}`,
      ...runbookOf(policy),
      ...heldBackAnnotation(heldBack),
    },
  };
}

/** `service=web;zone=eu;`: what tells a series of the policy from the others. */
const seriesTemplate =
  '{{ range $name, $value := $labels }}{{ if ne $name "sigma_policy" }}{{ $name }}={{ $value }};{{ end }}{{ end }}';

function alertLabels(
  policy: SigmaPolicy,
  { name, action }: { readonly name: string; readonly action: SigmaAction },
  heldBack: string,
): Readonly<Record<string, string>> {
  const isHeld = heldBack !== "";
  const severity = policy.mode === "shadow" ? "none" : isHeld ? "ticket" : action;
  return {
    severity,
    sigma_policy: policy.name,
    sigma_level: name,
    sigma_series: seriesTemplate,
    ...(isHeld ? { sigma_held_back: action } : {}),
    ...(policy.team === undefined ? {} : { team: policy.team }),
  };
}

function levelAnnotations(
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

function heldBackAnnotation(heldBack: string): Readonly<Record<string, string>> {
  return heldBack === "" ? {} : { held_back: heldBack };
}

function runbookOf({ runbookUrl }: SigmaPolicy): Readonly<Record<string, string>> {
  return runbookUrl === undefined ? {} : { runbook_url: runbookUrl };
}
