import {
  atomicListOf,
  field,
  int32,
  int64,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { type } from "./package.ts";

export const nodeSelectorRequirement = type("NodeSelectorRequirement", "", {
  key: field(1, string, "").required(),
  operator: field(2, string, "").required(),
  values: field(3, atomicListOf(string), ""),
});
export interface NodeSelectorRequirement extends TypeOf<typeof nodeSelectorRequirement> {}

export const nodeSelectorTerm = type(
  "NodeSelectorTerm",
  "",
  {
    matchExpressions: field(1, atomicListOf(nodeSelectorRequirement), ""),
    matchFields: field(2, atomicListOf(nodeSelectorRequirement), ""),
  },
  { mapType: "atomic" },
);
export interface NodeSelectorTerm extends TypeOf<typeof nodeSelectorTerm> {}

export const nodeSelector = type(
  "NodeSelector",
  "",
  {
    nodeSelectorTerms: field(1, atomicListOf(nodeSelectorTerm), "").required(),
  },
  { mapType: "atomic" },
);
export interface NodeSelector extends TypeOf<typeof nodeSelector> {}

export const preferredSchedulingTerm = type("PreferredSchedulingTerm", "", {
  weight: field(1, int32, "").required(),
  preference: field(2, nodeSelectorTerm, "").required(),
});
export interface PreferredSchedulingTerm extends TypeOf<typeof preferredSchedulingTerm> {}

export const nodeAffinity = type("NodeAffinity", "", {
  requiredDuringSchedulingIgnoredDuringExecution: field(1, nodeSelector, "").pointer(),
  preferredDuringSchedulingIgnoredDuringExecution: field(
    2,
    atomicListOf(preferredSchedulingTerm),
    "",
  ),
});
export interface NodeAffinity extends TypeOf<typeof nodeAffinity> {}

export const podAffinityTerm = type("PodAffinityTerm", "", {
  labelSelector: field(1, labelSelector, "").pointer(),
  namespaces: field(2, atomicListOf(string), ""),
  topologyKey: field(3, string, "").required(),
  namespaceSelector: field(4, labelSelector, "").pointer(),
  matchLabelKeys: field(5, atomicListOf(string), ""),
  mismatchLabelKeys: field(6, atomicListOf(string), ""),
});
export interface PodAffinityTerm extends TypeOf<typeof podAffinityTerm> {}

export const weightedPodAffinityTerm = type("WeightedPodAffinityTerm", "", {
  weight: field(1, int32, "").required(),
  podAffinityTerm: field(2, podAffinityTerm, "").required(),
});
export interface WeightedPodAffinityTerm extends TypeOf<typeof weightedPodAffinityTerm> {}

export const podAffinity = type("PodAffinity", "", {
  requiredDuringSchedulingIgnoredDuringExecution: field(1, atomicListOf(podAffinityTerm), ""),
  preferredDuringSchedulingIgnoredDuringExecution: field(
    2,
    atomicListOf(weightedPodAffinityTerm),
    "",
  ),
});
export interface PodAffinity extends TypeOf<typeof podAffinity> {}

export const podAntiAffinity = type("PodAntiAffinity", "", {
  requiredDuringSchedulingIgnoredDuringExecution: field(1, atomicListOf(podAffinityTerm), ""),
  preferredDuringSchedulingIgnoredDuringExecution: field(
    2,
    atomicListOf(weightedPodAffinityTerm),
    "",
  ),
});
export interface PodAntiAffinity extends TypeOf<typeof podAntiAffinity> {}

export const affinity = type("Affinity", "", {
  nodeAffinity: field(1, nodeAffinity, "").pointer(),
  podAffinity: field(2, podAffinity, "").pointer(),
  podAntiAffinity: field(3, podAntiAffinity, "").pointer(),
});
export interface Affinity extends TypeOf<typeof affinity> {}

export const taint = type("Taint", "", {
  key: field(1, string, "").required(),
  value: field(2, string, ""),
  effect: field(3, string, "").required(),
  timeAdded: field(4, time, "").pointer(),
});
export interface Taint extends TypeOf<typeof taint> {}

export const toleration = type("Toleration", "", {
  key: field(1, string, ""),
  operator: field(2, string, ""),
  value: field(3, string, ""),
  effect: field(4, string, ""),
  tolerationSeconds: field(5, int64, "").pointer(),
});
export interface Toleration extends TypeOf<typeof toleration> {}

export const topologySelectorLabelRequirement = type("TopologySelectorLabelRequirement", "", {
  key: field(1, string, "").required(),
  values: field(2, atomicListOf(string), "").required(),
});
export interface TopologySelectorLabelRequirement
  extends TypeOf<typeof topologySelectorLabelRequirement> {}

export const topologySelectorTerm = type(
  "TopologySelectorTerm",
  "",
  {
    matchLabelExpressions: field(1, atomicListOf(topologySelectorLabelRequirement), ""),
  },
  { mapType: "atomic" },
);
export interface TopologySelectorTerm extends TypeOf<typeof topologySelectorTerm> {}

export const topologySpreadConstraint = type("TopologySpreadConstraint", "", {
  maxSkew: field(1, int32, "").required(),
  topologyKey: field(2, string, "").required(),
  whenUnsatisfiable: field(3, string, "").required(),
  labelSelector: field(4, labelSelector, "").pointer(),
  minDomains: field(5, int32, "").pointer(),
  nodeAffinityPolicy: field(6, string, "").pointer(),
  nodeTaintsPolicy: field(7, string, "").pointer(),
  matchLabelKeys: field(8, atomicListOf(string), ""),
});
export interface TopologySpreadConstraint extends TypeOf<typeof topologySpreadConstraint> {}
