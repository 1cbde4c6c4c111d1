import { objectMeta } from "../../meta/v1/object-meta.ts";
import {
  field,
  int32,
  listOf,
  mapOf,
  oneOf,
  quantity,
  standardVerbs,
  statusSubresource,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { kind, type } from "./package.ts";

const amounts = mapOf(quantity);

export const crossVersionObjectReference = type(
  "CrossVersionObjectReference",
  "An object, whatever its version.",
  {
    apiVersion: field(string, "Group and version."),
    kind: field(string, "Kind of the object.").required(),
    name: field(string, "Name of the object.").required(),
  },
);

export const evictionRequirement = type(
  "EvictionRequirement",
  "What has to be so that a pod is replaced.",
  {
    resources: field(
      listOf(string),
      "Resources, of which one at least has to change so.",
    ).required(),
    changeRequirement: field(
      oneOf("TargetHigherThanRequests", "TargetLowerThanRequests"),
      "How the target has to lie to what the pod requests.",
    ).required(),
  },
);
export interface EvictionRequirement extends TypeOf<typeof evictionRequirement> {}

export const podUpdatePolicy = type("PodUpdatePolicy", "How recommendations reach pods.", {
  updateMode: field(
    oneOf("Off", "Initial", "Recreate", "InPlaceOrRecreate", "Auto"),
    "Off only recommends; Initial is for new pods; Recreate and Auto replace pods; InPlaceOrRecreate resizes them while they run, and replaces those that it cannot resize.",
  ),
  minReplicas: field(int32, "Pods are replaced only of targets with so many of them; default 2."),
  evictionRequirements: field(
    listOf(evictionRequirement),
    "Pods are changed only when all of these hold.",
  ),
});
export interface PodUpdatePolicy extends TypeOf<typeof podUpdatePolicy> {}

export const containerResourcePolicy = type(
  "ContainerResourcePolicy",
  "Bounds of what is recommended for a container.",
  {
    containerName: field(string, "The container; * stands for those that are not named."),
    mode: field(oneOf("Auto", "Off"), "Off recommends nothing for the container."),
    minAllowed: field(amounts, "The least to recommend."),
    maxAllowed: field(amounts, "The most to recommend."),
    controlledResources: field(listOf(string), "What is recommended; default cpu and memory."),
    controlledValues: field(
      oneOf("RequestsAndLimits", "RequestsOnly"),
      "Whether limits keep their proportion to requests, which is the default, or stay.",
    ),
  },
);
export interface ContainerResourcePolicy extends TypeOf<typeof containerResourcePolicy> {}

export const podResourcePolicy = type("PodResourcePolicy", "Bounds, container by container.", {
  containerPolicies: field(listOf(containerResourcePolicy), "At most one for each container."),
});
export interface PodResourcePolicy extends TypeOf<typeof podResourcePolicy> {}

export const verticalPodAutoscalerSpec = type(
  "VerticalPodAutoscalerSpec",
  "Whose requests are recommended, and what is done about it.",
  {
    targetRef: field(crossVersionObjectReference, "The controller of the pods.").required(),
    updatePolicy: field(podUpdatePolicy, "How recommendations reach pods."),
    resourcePolicy: field(podResourcePolicy, "Bounds of what is recommended."),
  },
);
export interface VerticalPodAutoscalerSpec extends TypeOf<typeof verticalPodAutoscalerSpec> {}

export const recommendedContainerResources = type(
  "RecommendedContainerResources",
  "What a container should request.",
  {
    containerName: field(string, "The container."),
    target: field(amounts, "What it should request.").required(),
    lowerBound: field(amounts, "Less than this is too little."),
    upperBound: field(amounts, "More than this is wasted."),
    uncappedTarget: field(amounts, "The target without the bounds of the policy."),
  },
);
export interface RecommendedContainerResources
  extends TypeOf<typeof recommendedContainerResources> {}

export const recommendedPodResources = type(
  "RecommendedPodResources",
  "What pods should request.",
  {
    containerRecommendations: field(listOf(recommendedContainerResources), "By container."),
  },
);
export interface RecommendedPodResources extends TypeOf<typeof recommendedPodResources> {}

export const verticalPodAutoscalerCondition = type(
  "VerticalPodAutoscalerCondition",
  "One aspect of the autoscaler's state.",
  {
    type: field(
      string,
      "RecommendationProvided, LowConfidence, NoPodsMatched and others.",
    ).required(),
    status: field(string, "True, False or Unknown.").required(),
    lastTransitionTime: field(time, "When the status last changed."),
    reason: field(string, "Why, in one word."),
    message: field(string, "Why, in a sentence."),
  },
);
export interface VerticalPodAutoscalerCondition
  extends TypeOf<typeof verticalPodAutoscalerCondition> {}

export const verticalPodAutoscalerStatus = type(
  "VerticalPodAutoscalerStatus",
  "What is recommended.",
  {
    recommendation: field(recommendedPodResources, "The latest recommendation."),
    conditions: field(listOf(verticalPodAutoscalerCondition), "Aspects of the state."),
  },
);
export interface VerticalPodAutoscalerStatus extends TypeOf<typeof verticalPodAutoscalerStatus> {}

export const verticalPodAutoscaler = kind(
  "VerticalPodAutoscaler",
  "Recommends what pods should request, by what they use, and sees to it.",
  {
    metadata: field(objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(verticalPodAutoscalerSpec, "Whose requests, and what is done.").required(),
    status: field(verticalPodAutoscalerStatus, "What is recommended."),
  },
  {
    name: "verticalpodautoscalers",
    singular: "verticalpodautoscaler",
    namespaced: true,
    verbs: standardVerbs,
    shortNames: ["vpa"],
    subresources: { status: statusSubresource("VerticalPodAutoscaler") },
  },
);
export interface VerticalPodAutoscaler extends TypeOf<typeof verticalPodAutoscaler> {}
