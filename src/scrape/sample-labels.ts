import { compareText, quoteGo } from "#base";
import {
  isValidLabelName,
  isValidMetricName,
  type Labels,
  labelPairs,
  labelsOf,
  labelValue,
  metricNameLabel,
  type NameScheme,
  relabel,
  type RelabelRule,
} from "#series";

const exportedPrefix = "exported_";

export interface SampleLabelRules {
  /** Of the target. */
  readonly targetLabels: Labels;
  /** Whether a label of the sample goes before the target's of the same name. */
  readonly honorLabels: boolean;
  readonly metricRules: readonly RelabelRule[];
}

/** The labels under which a scraped sample is stored; undefined when relabelling drops it. */
export function sampleLabels(exposed: Labels, rules: SampleLabelRules): Labels | undefined {
  const merged = rules.honorLabels
    ? labelsOf([...labelPairs(rules.targetLabels), ...labelPairs(exposed)])
    : withTargetLabels(exposed, rules.targetLabels);
  return relabel(merged, rules.metricRules);
}

/** The target's labels on top; what the sample had under their names goes to `exported_…`. */
function withTargetLabels(exposed: Labels, targetLabels: Labels): Labels {
  return mergeApart(exposed, targetLabels) ?? withExported(exposed, targetLabels);
}

/** Both label sets as one, when no name is in both; a walk along the two, which are sorted. */
function mergeApart(left: Labels, right: Labels): Labels | undefined {
  const merged: string[] = [];
  let at = 0;
  for (let index = 0; index < right.length; index += 2) {
    const name = right[index] ?? "";
    while (at < left.length && compareText(left[at] ?? "", name) < 0) {
      merged.push(left[at] ?? "", left[at + 1] ?? "");
      at += 2;
    }
    if (left[at] === name) return undefined;
    merged.push(name, right[index + 1] ?? "");
  }
  for (; at < left.length; at++) merged.push(left[at] ?? "");
  return merged;
}

function withExported(exposed: Labels, targetLabels: Labels): Labels {
  const labels = new Map(labelPairs(exposed));
  const conflicts: (readonly [name: string, value: string])[] = [];
  for (const [name, value] of labelPairs(targetLabels)) {
    const own = labels.get(name);
    if (own !== undefined) conflicts.push([name, own]);
    labels.set(name, value);
  }
  conflicts.sort(([left], [right]) => left.length - right.length);
  for (const [name, value] of conflicts) {
    let exported = exportedPrefix + name;
    while (labels.has(exported)) exported = exportedPrefix + exported;
    labels.set(exported, value);
  }
  return labelsOf(labels);
}

/** Of a series that tells about the scrape itself. */
export function reportLabels(name: string, targetLabels: Labels): Labels {
  return labelsOf([[metricNameLabel, name], ...labelPairs(targetLabels)]);
}

/** Limits of a job; 0 is none. Lengths are in bytes. */
export interface LabelLimits {
  readonly count: number;
  readonly nameLength: number;
  readonly valueLength: number;
}

/** What keeps labels from being stored; any of it fails the whole scrape. */
export function labelsProblem(
  labels: Labels,
  scheme: NameScheme,
  limits: LabelLimits,
): string | undefined {
  const metric = labelValue(labels, metricNameLabel);
  if (metric === "") return `missing metric name (${metricNameLabel} label)`;
  const isValid =
    isValidMetricName(metric, scheme) &&
    [...labelPairs(labels)].every(([name, value]) => {
      const isName = name === metricNameLabel || isValidLabelName(name, scheme);
      return isName && value.isWellFormed();
    });
  if (!isValid) {
    const shown = [...labelPairs(labels)].map(([name, value]) => `${name}=${quoteGo(value)}`);
    return `invalid metric name or label names: {${shown.join(", ")}}`;
  }
  return limitProblem(labels, metric, limits);
}

function limitProblem(labels: Labels, metric: string, limits: LabelLimits): string | undefined {
  const shown = metric.slice(0, 50);
  const count = labels.length / 2;
  if (limits.count > 0 && count > limits.count) {
    return `label_limit exceeded (metric: ${shown}, number of labels: ${count}, limit: ${limits.count})`;
  }
  if (limits.nameLength === 0 && limits.valueLength === 0) return undefined;
  for (const [name, value] of labelPairs(labels)) {
    const label = name.slice(0, 50);
    const nameLength = byteLength(name);
    if (limits.nameLength > 0 && nameLength > limits.nameLength) {
      return `label_name_length_limit exceeded (metric: ${shown}, label name: ${label}, length: ${nameLength}, limit: ${limits.nameLength})`;
    }
    const valueLength = byteLength(value);
    if (limits.valueLength > 0 && valueLength > limits.valueLength) {
      return `label_value_length_limit exceeded (metric: ${shown}, label name: ${label}, value: ${quoteGo(value.slice(0, 50))}, length: ${valueLength}, limit: ${limits.valueLength})`;
    }
  }
  return undefined;
}

const textEncoder = new TextEncoder();

function byteLength(text: string): number {
  return textEncoder.encode(text).length;
}
