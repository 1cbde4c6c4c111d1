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

export const podDisruptionBudgetSpec = type(
  "PodDisruptionBudgetSpec",
  "The pods, and how many must stay.",
  {
    minAvailable: field(
      1,
      intOrString,
      "How many must stay available, as number or percentage.",
    ).pointer(),
    selector: field(
      2,
      labelSelector,
      "Labels of the pods; an empty selector means all in the namespace.",
    )
      .pointer()
      .patchReplaced(),
    maxUnavailable: field(
      3,
      intOrString,
      "How many may be missing, as number or percentage; excludes minAvailable.",
    ).pointer(),
    unhealthyPodEvictionPolicy: field(
      4,
      string,
      "Whether pods that are not ready can always be evicted: IfHealthyBudget (the default) or AlwaysAllow.",
    ).pointer(),
  },
);
export interface PodDisruptionBudgetSpec extends TypeOf<typeof podDisruptionBudgetSpec> {}

export const podDisruptionBudgetStatus = type(
  "PodDisruptionBudgetStatus",
  "How much of a budget is left.",
  {
    observedGeneration: field(
      1,
      int64,
      "Generation of the spec that this status was computed from.",
    ),
    disruptedPods: field(
      2,
      mapOf(time),
      "Pods whose eviction was granted and is under way, with its time.",
    ),
    disruptionsAllowed: field(3, int32, "How many more pods can be evicted now.").always(),
    currentHealthy: field(4, int32, "Pods that are available.").always(),
    desiredHealthy: field(5, int32, "Pods that must stay available.").always(),
    expectedPods: field(6, int32, "Pods that the budget counts.").always(),
    conditions: field(
      7,
      keyedListOf(condition, "type"),
      "Latest observations of single aspects of the state.",
    ).patchMerged("type"),
  },
);
export interface PodDisruptionBudgetStatus extends TypeOf<typeof podDisruptionBudgetStatus> {}

export const podDisruptionBudget = kind(
  "PodDisruptionBudget",
  "How many pods of a set must stay available when pods are evicted.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, podDisruptionBudgetSpec, "The desired state."),
    status: field(3, podDisruptionBudgetStatus, "The observed state, written by the system."),
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
