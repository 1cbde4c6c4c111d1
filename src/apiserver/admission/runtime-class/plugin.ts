/** Pods that name a RuntimeClass get what it says: overhead, and the nodes that have the runtime. */

import { asJsonObject, isSemanticallyEqual } from "#api";
import { type Pod, type PodSpec, pod, type Toleration } from "#api/core/v1";
import {
  overhead as overheadSchema,
  type RuntimeClass,
  runtimeClass,
  type Scheduling,
} from "#api/node/v1";
import type { AdmissionPlugin, AdmissionRequest } from "../../admission.ts";
import type { Objects } from "../../objects/objects.ts";
import { findWritten, refused } from "../admitted.ts";

export function runtimeClassPlugin({ objects }: { readonly objects: Objects }): AdmissionPlugin {
  return {
    name: "RuntimeClass",
    async mutate(request) {
      const found = findCreated(request);
      if (found?.spec === undefined) return request.object;
      const name = found.spec.runtimeClassName;
      const chosen = name === undefined ? undefined : await getClass(objects, request, name);
      const result = applyClass(found.spec, chosen);
      if (result.kind === "refused") throw refused(request, result.why);
      return asJsonObject({ ...found, spec: result.spec });
    },
  };
}

function findCreated(request: AdmissionRequest): Pod | undefined {
  return request.operation === "CREATE" ? findWritten(request, pod) : undefined;
}

async function getClass(
  objects: Objects,
  request: AdmissionRequest,
  name: string,
): Promise<RuntimeClass> {
  const found = await objects.find(runtimeClass, { namespace: "", name });
  if (found === undefined) throw refused(request, `pod rejected: RuntimeClass "${name}" not found`);
  return found;
}

export type ClassResult =
  | { readonly kind: "applied"; readonly spec: PodSpec }
  | { readonly kind: "refused"; readonly why: string };

/** The spec as its class completes it, or why they do not go together. Pure. */
export function applyClass(spec: PodSpec, chosen: RuntimeClass | undefined): ClassResult {
  const why = overheadProblem(spec, chosen) ?? selectorProblem(spec, chosen?.scheduling);
  if (why !== undefined) return { kind: "refused", why };
  const { podFixed } = chosen?.overhead ?? {};
  const overhead = podFixed === undefined ? {} : { overhead: podFixed };
  return { kind: "applied", spec: withScheduling({ ...spec, ...overhead }, chosen?.scheduling) };
}

function overheadProblem({ overhead }: PodSpec, chosen: RuntimeClass | undefined) {
  if (overhead === undefined) return undefined;
  if (chosen?.overhead === undefined) {
    return "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead";
  }
  const wanted = asJsonObject(chosen.overhead);
  return isSemanticallyEqual(overheadSchema, asJsonObject({ podFixed: overhead }), wanted)
    ? undefined
    : "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";
}

function selectorProblem({ nodeSelector = {} }: PodSpec, scheduling: Scheduling | undefined) {
  for (const [key, value] of Object.entries(scheduling?.nodeSelector ?? {})) {
    const present = Object.hasOwn(nodeSelector, key) ? nodeSelector[key] : value;
    if (present === value) continue;
    return `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${present}`;
  }
  return undefined;
}

function withScheduling(spec: PodSpec, scheduling: Scheduling | undefined): PodSpec {
  if (scheduling === undefined) return spec;
  const { nodeSelector = {}, tolerations = [] } = scheduling;
  return {
    ...spec,
    nodeSelector: { ...spec.nodeSelector, ...nodeSelector },
    tolerations: mergeTolerations([...(spec.tolerations ?? []), ...tolerations]),
  };
}

/** Without those that another one covers; of two that cover each other the first stays. */
function mergeTolerations(all: readonly Toleration[]): readonly Toleration[] {
  const isNeedless = (one: Toleration, index: number): boolean =>
    all.some((other, place) => covers(other, one) && (place < index || !covers(one, other)));
  return all.filter((one, index) => !isNeedless(one, index));
}

function covers(wide: Toleration, narrow: Toleration): boolean {
  return (
    coversKey(wide, narrow) &&
    (isEmpty(wide.effect) || wide.effect === narrow.effect) &&
    coversTime(wide, narrow) &&
    (wide.operator === "Exists" || (wide.value ?? "") === (narrow.value ?? ""))
  );
}

function coversKey(wide: Toleration, narrow: Toleration): boolean {
  const isForAll = isEmpty(wide.key) && wide.operator === "Exists";
  return isForAll || (wide.key ?? "") === (narrow.key ?? "");
}

function coversTime({ effect, tolerationSeconds }: Toleration, narrow: Toleration): boolean {
  if (effect !== "NoExecute" || tolerationSeconds === undefined) return true;
  return narrow.tolerationSeconds !== undefined && narrow.tolerationSeconds <= tolerationSeconds;
}

function isEmpty(text: string | undefined): boolean {
  return text === undefined || text === "";
}
