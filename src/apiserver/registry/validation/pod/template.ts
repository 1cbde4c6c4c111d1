/** What pods are made from, as workloads hold it. */

import { compileLabelSelector, matchesLabels, ValueError } from "#api";
import type { PodTemplateSpec } from "#api/core/v1";
import type { LabelSelector } from "#api/meta/v1";
import { annotationsProblems } from "../annotations.ts";
import { labelsProblems } from "../labels.ts";
import { forbiddenField, invalidValue, notSupported, type Problems } from "../problems.ts";
import { podSpecProblems } from "./spec.ts";

export function* templateProblems(path: string, { metadata, spec }: PodTemplateSpec): Problems {
  yield* labelsProblems(`${path}.labels`, metadata?.labels);
  yield* annotationsProblems(`${path}.annotations`, metadata?.annotations ?? {});
  yield* podSpecProblems(`${path}.spec`, spec ?? { containers: [] });
  if ((spec?.ephemeralContainers ?? []).length > 0) {
    const why = "ephemeral containers not allowed in pod template";
    yield forbiddenField(`${path}.spec.ephemeralContainers`, why);
  }
}

/** A workload that does not select its own pods would make them for ever. */
export function* unselectedProblems(
  path: string,
  { metadata }: PodTemplateSpec,
  selector: LabelSelector,
): Problems {
  if (selectsLabels(selector, metadata?.labels ?? {})) return;
  const why = "`selector` does not match template `labels`";
  yield invalidValue(`${path}.metadata.labels`, metadata?.labels ?? null, why);
}

/** Whether objects with these labels are selected; true for a selector that cannot be read. */
export function selectsLabels(
  selector: LabelSelector | undefined,
  labels: Readonly<Record<string, string>>,
): boolean {
  try {
    return matchesLabels(compileLabelSelector(selector), labels);
  } catch (error) {
    // A selector that cannot be read is reported as such.
    if (error instanceof ValueError) return true;
    throw error;
  }
}

/** Pods that are to run for ever are started again whatever happens. */
export function* endlessProblems(path: string, { spec }: PodTemplateSpec, kind: string): Problems {
  const { restartPolicy, activeDeadlineSeconds } = spec ?? {};
  if (restartPolicy !== undefined && restartPolicy !== "Always") {
    yield notSupported(`${path}.spec.restartPolicy`, restartPolicy, ["Always"]);
  }
  if (activeDeadlineSeconds !== undefined) {
    const why = `activeDeadlineSeconds in ${kind} is not Supported`;
    yield forbiddenField(`${path}.spec.activeDeadlineSeconds`, why);
  }
}
