import {
  field,
  int32,
  int64,
  intOrString,
  keyedListOf,
  mapOf,
  standardVerbs,
  statusSubresource,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { condition } from "../../meta/v1/condition.ts";
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const podDisruptionBudgetSpec = type("PodDisruptionBudgetSpec", "", {
  minAvailable: field(1, intOrString, "").pointer(),
  selector: field(2, labelSelector, "").pointer().patchReplaced(),
  maxUnavailable: field(3, intOrString, "").pointer(),
  unhealthyPodEvictionPolicy: field(4, string, "").pointer(),
});
export interface PodDisruptionBudgetSpec extends TypeOf<typeof podDisruptionBudgetSpec> {}

export const podDisruptionBudgetStatus = type("PodDisruptionBudgetStatus", "", {
  observedGeneration: field(1, int64, ""),
  disruptedPods: field(2, mapOf(time), ""),
  disruptionsAllowed: field(3, int32, "").always(),
  currentHealthy: field(4, int32, "").always(),
  desiredHealthy: field(5, int32, "").always(),
  expectedPods: field(6, int32, "").always(),
  conditions: field(7, keyedListOf(condition, "type"), "").patchMerged("type"),
});
export interface PodDisruptionBudgetStatus extends TypeOf<typeof podDisruptionBudgetStatus> {}

export const podDisruptionBudget = kind(
  "PodDisruptionBudget",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, podDisruptionBudgetSpec, ""),
    status: field(3, podDisruptionBudgetStatus, ""),
  },
  {
    name: "poddisruptionbudgets",
    singular: "poddisruptionbudget",
    namespaced: true,
    verbs: standardVerbs,
    shortNames: ["pdb"],
    subresources: { status: statusSubresource("PodDisruptionBudget") },
  },
);
export interface PodDisruptionBudget extends TypeOf<typeof podDisruptionBudget> {}
