/** Which objects a quota counts. Source: upstream's `pkg/quota/v1/evaluator/core/pods.go`. */

import {
  type Pod,
  type PodAffinityTerm,
  pod,
  type ResourceQuotaSpec,
  type ScopedResourceSelectorRequirement,
} from "../core/v1/index.ts";
import { qosClassOf } from "../qos-class.ts";
import { type AnyKind, asObjectOf, type JsonObject } from "../schema/schema.ts";

/** Whether an object is in all scopes of a quota; a quota with scopes counts nothing but pods. */
export function quotaCovers(spec: ResourceQuotaSpec, kind: AnyKind, object: JsonObject): boolean {
  const scopes = (spec.scopes ?? []).map((scopeName) => ({ scopeName, operator: "Exists" }));
  const wanted = [...scopes, ...(spec.scopeSelector?.matchExpressions ?? [])];
  if (wanted.length === 0) return true;
  if (kind !== pod) return false;
  return wanted.every((requirement) => isInScope(requirement, asObjectOf(pod, object)));
}

function isInScope(requirement: ScopedResourceSelectorRequirement, { spec }: Pod): boolean {
  if (spec === undefined) return false;
  const isTerminating = (spec.activeDeadlineSeconds ?? -1) >= 0;
  switch (requirement.scopeName) {
    case "Terminating":
      return isTerminating;
    case "NotTerminating":
      return !isTerminating;
    case "BestEffort":
      return qosClassOf({ spec }) === "BestEffort";
    case "NotBestEffort":
      return qosClassOf({ spec }) !== "BestEffort";
    case "PriorityClass":
      return matchesValue(requirement, spec.priorityClassName ?? "");
    case "CrossNamespacePodAffinity":
      return affinityTerms(spec).some(
        ({ namespaces = [], namespaceSelector }) =>
          namespaces.length > 0 || namespaceSelector !== undefined,
      );
    default:
      return false;
  }
}

function matchesValue(
  { operator, values = [] }: ScopedResourceSelectorRequirement,
  value: string,
): boolean {
  switch (operator) {
    case "Exists":
      return value !== "";
    case "DoesNotExist":
      return value === "";
    case "In":
      return value !== "" && values.includes(value);
    default:
      return !values.includes(value);
  }
}

function affinityTerms({ affinity }: NonNullable<Pod["spec"]>): readonly PodAffinityTerm[] {
  return [affinity?.podAffinity, affinity?.podAntiAffinity].flatMap((one) => [
    ...(one?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(one?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
      ({ podAffinityTerm }) => podAffinityTerm,
    ),
  ]);
}
