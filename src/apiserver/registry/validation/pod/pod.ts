/** Pods: what a new one may be, and the little that may change of one that is there. */

import { asJsonObject, isSemanticallyEqual } from "#api";
import { type Pod, type PodSpec, podSpec, type Toleration } from "#api/core/v1";
import { int32Max, rangeFieldProblems } from "../numbers.ts";
import { forbiddenField, invalidValue, type Problems, required } from "../problems.ts";
import { tolerationsProblems } from "./placement.ts";
import { podSpecProblems } from "./spec.ts";

const nothing: PodSpec = { containers: [] };

export function* podProblems({ spec = nothing, metadata }: Pod): Problems {
  yield* annotationProblems(metadata?.annotations ?? {});
  yield* podSpecProblems("spec", spec);
  yield* imageTextProblems(spec);
}

export function* newPodProblems(pod: Pod): Problems {
  yield* podProblems(pod);
  const { ephemeralContainers = [], nodeName = "", schedulingGates = [] } = pod.spec ?? nothing;
  if (ephemeralContainers.length > 0) {
    yield forbiddenField("spec.ephemeralContainers", "cannot be set on create");
  }
  if (nodeName !== "" && schedulingGates.length > 0) {
    const why = "cannot be set until all schedulingGates have been cleared";
    yield forbiddenField("spec.nodeName", why);
  }
}

const deletionCost = "controller.kubernetes.io/pod-deletion-cost";

function* annotationProblems(annotations: Readonly<Record<string, string>>): Problems {
  const cost = annotations[deletionCost];
  if (cost === undefined || /^(0|-?[1-9]\d{0,9})$/.test(cost)) return;
  yield invalidValue(`metadata.annotations[${deletionCost}]`, cost, "must be a 32bit integer");
}

/** Templates may hold a blank image for others to fill in; pods may not. */
function* imageTextProblems({ containers, initContainers = [] }: PodSpec): Problems {
  for (const [list, members] of [
    ["containers", containers],
    ["initContainers", initContainers],
  ] as const) {
    for (const [index, { image = "" }] of members.entries()) {
      if (image.trim() === image) continue;
      const why = "must not have leading or trailing whitespace";
      yield invalidValue(`spec.${list}[${index}].image`, image, why);
    }
  }
}

const changeable = [
  "`spec.containers[*].image`",
  "`spec.initContainers[*].image`",
  "`spec.activeDeadlineSeconds`",
  "`spec.tolerations` (only additions to existing tolerations)",
  "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
].join(",");

export function* podChangeProblems(pod: Pod, current: Pod): Problems {
  yield* podProblems(pod);
  const spec = pod.spec ?? nothing;
  const before = current.spec ?? nothing;
  for (const list of ["containers", "initContainers"] as const) {
    if ((spec[list] ?? []).length !== (before[list] ?? []).length) {
      yield forbiddenField(`spec.${list}`, "pod updates may not add or remove containers");
      return;
    }
  }
  yield* deadlineProblems(spec.activeDeadlineSeconds, before.activeDeadlineSeconds);
  yield* addedTolerationsProblems(spec.tolerations ?? [], before.tolerations ?? []);
  yield* removedGatesProblems(spec, before);
  const settled = withChangesUndone(spec, before);
  if (isSameSpec(settled, before)) return;
  const why = `pod updates may not change fields other than ${changeable}`;
  yield forbiddenField("spec", `${why}\n${formatChanges(settled, before)}`);
}

function* deadlineProblems(seconds: number | undefined, before: number | undefined): Problems {
  const field = "spec.activeDeadlineSeconds";
  if (seconds === undefined) {
    if (before === undefined) return;
    yield invalidValue(field, undefined, "must not update from a positive integer to nil value");
    return;
  }
  yield* rangeFieldProblems(field, seconds, [0, int32Max]);
  if (before !== undefined && before < seconds) {
    yield invalidValue(field, seconds, "must be less than or equal to previous value");
  }
}

function* addedTolerationsProblems(
  tolerations: readonly Toleration[],
  before: readonly Toleration[],
): Problems {
  const known = new Set(tolerations.map(tolerationText));
  if (!before.every((toleration) => known.has(tolerationText(toleration)))) {
    const why = "existing toleration can not be modified except its tolerationSeconds";
    yield forbiddenField("spec.tolerations", why);
    return;
  }
  if (tolerations.length !== before.length) {
    yield* tolerationsProblems("spec.tolerations", tolerations);
  }
}

function tolerationText({ key = "", operator = "", value = "", effect = "" }: Toleration): string {
  return JSON.stringify([key, operator, value, effect]);
}

function* removedGatesProblems(
  { schedulingGates: gates = [] }: PodSpec,
  { schedulingGates: before = [] }: PodSpec,
): Problems {
  const known = new Set(before.map(({ name }) => name));
  for (const [index, { name }] of gates.entries()) {
    if (known.has(name)) continue;
    const why = `only deletion is allowed, but found new scheduling gate '${name}'`;
    yield forbiddenField(`spec.schedulingGates[${index}].name`, why);
  }
}

/** The spec with all that may change as it was before. */
function withChangesUndone(spec: PodSpec, before: PodSpec): PodSpec {
  const { terminationGracePeriodSeconds: grace } = spec;
  const { terminationGracePeriodSeconds: graceBefore } = before;
  const isCorrection = grace === 1 && graceBefore !== undefined && graceBefore < 0;
  const isGated = (before.schedulingGates ?? []).length > 0;
  return {
    ...spec,
    containers: withImagesOf(spec.containers, before.containers),
    ...(spec.initContainers === undefined
      ? {}
      : { initContainers: withImagesOf(spec.initContainers, before.initContainers ?? []) }),
    activeDeadlineSeconds: before.activeDeadlineSeconds,
    schedulingGates: before.schedulingGates,
    tolerations: before.tolerations,
    terminationGracePeriodSeconds: isCorrection ? graceBefore : grace,
    // Until all gates are open, a pod may be told more about where to run.
    ...(isGated && isAddition(spec.nodeSelector, before.nodeSelector)
      ? { nodeSelector: before.nodeSelector }
      : {}),
  };
}

type Containers = PodSpec["containers"];

function withImagesOf(containers: Containers, before: Containers): Containers {
  return containers.map((container, index) => ({ ...container, image: before[index]?.image }));
}

function isAddition(after: PodSpec["nodeSelector"], before: PodSpec["nodeSelector"]): boolean {
  return Object.entries(before ?? {}).every(([key, value]) => after?.[key] === value);
}

function isSameSpec(spec: PodSpec, before: PodSpec): boolean {
  return isSemanticallyEqual(podSpec, asJsonObject(spec), asJsonObject(before));
}

/** The fields that differ, as before and as wanted. */
function formatChanges(spec: PodSpec, before: PodSpec): string {
  const [left, right] = [asJsonObject(before), asJsonObject(spec)];
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  const lines = [...names]
    .filter((name) => JSON.stringify(left[name]) !== JSON.stringify(right[name]))
    .flatMap((name) => [
      `- ${name}: ${JSON.stringify(left[name])}`,
      `+ ${name}: ${JSON.stringify(right[name])}`,
    ]);
  return lines.join("\n");
}

/** What a status may say: nothing that belongs to the spec. */
export function* podStatusChangeProblems(pod: Pod, current: Pod): Problems {
  const nodeName = pod.spec?.nodeName ?? "";
  if (nodeName !== (current.spec?.nodeName ?? "")) {
    yield forbiddenField("status.nodeName", "may not be changed directly");
  }
  for (const [index, { type }] of (pod.status?.conditions ?? []).entries()) {
    if (type === "") yield required(`status.conditions[${index}].type`);
  }
}
