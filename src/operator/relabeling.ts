/** Steps of relabelling, as the operator writes them. */

import type { JsonObject } from "#api";
import type { LabelSelector } from "#api/meta/v1";
import type { RelabelConfig } from "#api/monitoring/v1";
import { InvalidObjectError } from "./refusal.ts";

/** One entry of `relabel_configs`. */
export type RelabelStep = JsonObject;

/** Every job remembers its own name first: relabelling may change the label. */
export const rememberJob: RelabelStep = {
  source_labels: ["job"],
  target_label: "__tmp_prometheus_job_name",
};

export const dropEndedPods: RelabelStep = {
  action: "drop",
  source_labels: ["__meta_kubernetes_pod_phase"],
  regex: "(Failed|Succeeded)",
};

/** `label` gets the value of `source`, whatever it is. */
export function copyLabel(source: string, label: string): RelabelStep {
  return { source_labels: [source], target_label: label };
}

/** `label` gets the value of `source` unless that is empty. */
export function copyPresentLabel(source: string, label: string): RelabelStep {
  return { ...copyLabel(source, label), regex: "(.+)", replacement: "${1}" };
}

/** `label` is always `value`. */
export function setLabel(label: string, value: string): RelabelStep {
  return { target_label: label, replacement: value };
}

export function keepMatching(source: string, regex: string | number): RelabelStep {
  return { action: "keep", source_labels: [source], regex: String(regex) };
}

/** Labels of an object (`service`, `pod`) that its targets carry under their own names. */
export function carryLabels(object: string, labels: readonly string[]): readonly RelabelStep[] {
  return labels.map((label) => {
    const name = sanitized(label);
    return copyPresentLabel(`__meta_kubernetes_${object}_label_${name}`, name);
  });
}

/** Keeps what the selector selects, by the labels of an object: `service`, `pod`, `ingress`. */
export function selectByLabels(object: string, selector: LabelSelector): readonly RelabelStep[] {
  const { matchLabels = {}, matchExpressions = [] } = selector;
  const equalities = Object.entries(matchLabels)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, value]) => keepValues(object, key, "keep", [value ?? ""]));
  return [
    ...equalities,
    ...matchExpressions.map(({ key, operator, values = [] }) => {
      switch (operator) {
        case "In":
          return keepValues(object, key, "keep", values);
        case "NotIn":
          return keepValues(object, key, "drop", values);
        case "Exists":
          return keepPresent(object, key, "keep");
        case "DoesNotExist":
          return keepPresent(object, key, "drop");
        default:
          throw new InvalidObjectError(
            `failed to parse label selector: ${JSON.stringify(operator)} is not a valid label selector operator`,
          );
      }
    }),
  ];
}

function keepValues(
  object: string,
  key: string,
  action: "keep" | "drop",
  values: readonly string[],
): RelabelStep {
  const meta = `__meta_kubernetes_${object}`;
  const name = sanitized(key);
  return {
    action,
    source_labels: [`${meta}_label_${name}`, `${meta}_labelpresent_${name}`],
    regex: `(${values.join("|")});true`,
  };
}

function keepPresent(object: string, key: string, action: "keep" | "drop"): RelabelStep {
  const source = `__meta_kubernetes_${object}_labelpresent_${sanitized(key)}`;
  return { action, source_labels: [source], regex: "true" };
}

/** The steps that an object's owner wrote. */
export function ownSteps(configs: readonly RelabelConfig[] | undefined): readonly RelabelStep[] {
  return (configs ?? []).map((config) => ({
    ...given("source_labels", config.sourceLabels, config.sourceLabels?.length === 0),
    ...given("separator", config.separator),
    ...given("target_label", config.targetLabel, config.targetLabel === ""),
    ...given("regex", config.regex, config.regex === ""),
    ...given("modulus", config.modulus, config.modulus === 0),
    ...given("replacement", config.replacement),
    ...given("action", config.action?.toLowerCase(), config.action === ""),
  }));
}

function given(name: string, value: JsonObject[string], isNothing = false): JsonObject {
  return value === undefined || isNothing ? {} : { [name]: value };
}

/** A label's name as Prometheus allows it. */
export function sanitized(name: string): string {
  return name.replace(/[^a-zA-Z0-9_]/g, "_");
}
