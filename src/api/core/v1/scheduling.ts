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

export const nodeSelectorRequirement = type(
  "NodeSelectorRequirement",
  "A requirement on a label or field of a node.",
  {
    key: field(1, string, "Key of the label, or the field.").required(),
    operator: field(2, string, "In, NotIn, Exists, DoesNotExist, Gt or Lt.").required(),
    values: field(
      3,
      atomicListOf(string),
      "The values; one integer for Gt and Lt, none for Exists and DoesNotExist.",
    ),
  },
);
export interface NodeSelectorRequirement extends TypeOf<typeof nodeSelectorRequirement> {}

export const nodeSelectorTerm = type(
  "NodeSelectorTerm",
  "Requirements that must all hold.",
  {
    matchExpressions: field(1, atomicListOf(nodeSelectorRequirement), "Requirements on labels."),
    matchFields: field(
      2,
      atomicListOf(nodeSelectorRequirement),
      "Requirements on fields; only metadata.name.",
    ),
  },
  { mapType: "atomic" },
);
export interface NodeSelectorTerm extends TypeOf<typeof nodeSelectorTerm> {}

export const nodeSelector = type(
  "NodeSelector",
  "Terms over the labels of nodes, of which one must hold.",
  {
    nodeSelectorTerms: field(1, atomicListOf(nodeSelectorTerm), "The terms.").required(),
  },
  { mapType: "atomic" },
);
export interface NodeSelector extends TypeOf<typeof nodeSelector> {}

export const preferredSchedulingTerm = type(
  "PreferredSchedulingTerm",
  "A wish for certain nodes.",
  {
    weight: field(1, int32, "How much the wish counts, 1 to 100.").required(),
    preference: field(2, nodeSelectorTerm, "The nodes.").required(),
  },
);
export interface PreferredSchedulingTerm extends TypeOf<typeof preferredSchedulingTerm> {}

export const nodeAffinity = type("NodeAffinity", "Attraction to nodes by their labels.", {
  requiredDuringSchedulingIgnoredDuringExecution: field(
    1,
    nodeSelector,
    "What a node must meet for the pod to be put there.",
  ).pointer(),
  preferredDuringSchedulingIgnoredDuringExecution: field(
    2,
    atomicListOf(preferredSchedulingTerm),
    "What makes a node better than another.",
  ),
});
export interface NodeAffinity extends TypeOf<typeof nodeAffinity> {}

export const podAffinityTerm = type("PodAffinityTerm", "Pods, and what counts as the same place.", {
  labelSelector: field(1, labelSelector, "Labels of the pods.").pointer(),
  namespaces: field(
    2,
    atomicListOf(string),
    "Namespaces of the pods; with namespaceSelector absent too, that of this pod.",
  ),
  topologyKey: field(
    3,
    string,
    "Node label whose value tells places apart, such as kubernetes.io/hostname.",
  ).required(),
  namespaceSelector: field(
    4,
    labelSelector,
    "Labels of further namespaces; an empty selector means all.",
  ).pointer(),
  matchLabelKeys: field(
    5,
    atomicListOf(string),
    "Label keys whose values are taken from this pod and must be equal.",
  ),
  mismatchLabelKeys: field(
    6,
    atomicListOf(string),
    "Label keys whose values are taken from this pod and must differ.",
  ),
});
export interface PodAffinityTerm extends TypeOf<typeof podAffinityTerm> {}

export const weightedPodAffinityTerm = type(
  "WeightedPodAffinityTerm",
  "A wish concerning certain pods.",
  {
    weight: field(1, int32, "How much the wish counts, 1 to 100.").required(),
    podAffinityTerm: field(2, podAffinityTerm, "The pods and the place.").required(),
  },
);
export interface WeightedPodAffinityTerm extends TypeOf<typeof weightedPodAffinityTerm> {}

export const podAffinity = type("PodAffinity", "Attraction to places where certain pods run.", {
  requiredDuringSchedulingIgnoredDuringExecution: field(
    1,
    atomicListOf(podAffinityTerm),
    "What must hold of a node for the pod to be put there.",
  ),
  preferredDuringSchedulingIgnoredDuringExecution: field(
    2,
    atomicListOf(weightedPodAffinityTerm),
    "What makes a node better than another.",
  ),
});
export interface PodAffinity extends TypeOf<typeof podAffinity> {}

export const podAntiAffinity = type(
  "PodAntiAffinity",
  "Aversion to places where certain pods run.",
  {
    requiredDuringSchedulingIgnoredDuringExecution: field(
      1,
      atomicListOf(podAffinityTerm),
      "What must hold of a node for the pod to be put there.",
    ),
    preferredDuringSchedulingIgnoredDuringExecution: field(
      2,
      atomicListOf(weightedPodAffinityTerm),
      "What makes a node better than another.",
    ),
  },
);
export interface PodAntiAffinity extends TypeOf<typeof podAntiAffinity> {}

export const affinity = type("Affinity", "Where a pod would like to run, or must.", {
  nodeAffinity: field(1, nodeAffinity, "Attraction to nodes by their labels.").pointer(),
  podAffinity: field(2, podAffinity, "Attraction to places where certain pods run.").pointer(),
  podAntiAffinity: field(
    3,
    podAntiAffinity,
    "Aversion to places where certain pods run.",
  ).pointer(),
});
export interface Affinity extends TypeOf<typeof affinity> {}

export const taint = type(
  "Taint",
  "A mark of a node that keeps away pods that do not tolerate it.",
  {
    key: field(1, string, "Key of the taint.").required(),
    value: field(2, string, "Value of the taint."),
    effect: field(
      3,
      string,
      "NoSchedule, PreferNoSchedule, or NoExecute, which also evicts pods.",
    ).required(),
    timeAdded: field(4, time, "When the taint was added.").pointer(),
  },
);
export interface Taint extends TypeOf<typeof taint> {}

export const toleration = type("Toleration", "Taints that do not keep a pod away.", {
  key: field(1, string, "Key of the taints; empty with Exists: all taints."),
  operator: field(2, string, "Equal (the default) or Exists."),
  value: field(3, string, "Value of the taints, for Equal."),
  effect: field(4, string, "Effect of the taints; empty: every effect."),
  tolerationSeconds: field(
    5,
    int64,
    "How long a NoExecute taint is tolerated; absent: forever.",
  ).pointer(),
});
export interface Toleration extends TypeOf<typeof toleration> {}

export const topologySelectorLabelRequirement = type(
  "TopologySelectorLabelRequirement",
  "A requirement on a label of places.",
  {
    key: field(1, string, "Key of the label.").required(),
    values: field(2, atomicListOf(string), "Values of which one must hold.").required(),
  },
);
export interface TopologySelectorLabelRequirement
  extends TypeOf<typeof topologySelectorLabelRequirement> {}

export const topologySelectorTerm = type(
  "TopologySelectorTerm",
  "Requirements on the labels of places.",
  {
    matchLabelExpressions: field(
      1,
      atomicListOf(topologySelectorLabelRequirement),
      "The requirements.",
    ),
  },
  { mapType: "atomic" },
);
export interface TopologySelectorTerm extends TypeOf<typeof topologySelectorTerm> {}

export const topologySpreadConstraint = type(
  "TopologySpreadConstraint",
  "How evenly pods spread over places.",
  {
    maxSkew: field(
      1,
      int32,
      "The most that the number of pods in two places may differ.",
    ).required(),
    topologyKey: field(
      2,
      string,
      "Node label whose value tells places apart, such as topology.kubernetes.io/zone.",
    ).required(),
    whenUnsatisfiable: field(
      3,
      string,
      "DoNotSchedule (the default) or ScheduleAnyway.",
    ).required(),
    labelSelector: field(4, labelSelector, "Labels of the pods to count.").pointer(),
    minDomains: field(
      5,
      int32,
      "How many places there must be for the constraint to be relaxed.",
    ).pointer(),
    nodeAffinityPolicy: field(
      6,
      string,
      "Whether nodes that the pod's node affinity excludes count: Honor (the default) or Ignore.",
    ).pointer(),
    nodeTaintsPolicy: field(
      7,
      string,
      "Whether nodes with taints that the pod does not tolerate count: Honor or Ignore (the default).",
    ).pointer(),
    matchLabelKeys: field(
      8,
      atomicListOf(string),
      "Label keys whose values are taken from the pod to select the pods to count.",
    ),
  },
);
export interface TopologySpreadConstraint extends TypeOf<typeof topologySpreadConstraint> {}
