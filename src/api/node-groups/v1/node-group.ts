import { objectMeta } from "../../meta/v1/object-meta.ts";
import {
  double,
  field,
  int32,
  limited,
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

const size = limited(int32, { minimum: 0, maximum: 1_000 });
/** As Go writes it: `1m30s`. */
const duration = limited(string, { pattern: String.raw`^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$` });

export const nodeTemplateTaint = type("NodeTemplateTaint", "A taint of new nodes.", {
  key: field(string, "What it is about.").required(),
  value: field(string, "Its value."),
  effect: field(oneOf("NoSchedule", "PreferNoSchedule", "NoExecute"), "What it does.").required(),
});
export interface NodeTemplateTaint extends TypeOf<typeof nodeTemplateTaint> {}

export const nodeTemplate = type("NodeTemplate", "What a new node of the group is like.", {
  labels: field(mapOf(string), "Labels of new nodes."),
  taints: field(listOf(nodeTemplateTaint), "Taints of new nodes."),
  capacity: field(
    mapOf(quantity),
    "What a node has: cpu, memory and others; pods is 110 where it is not said.",
  ).required(),
  startup: field(duration, "Time from a node's creation until it is ready; default 0s."),
});
export interface NodeTemplate extends TypeOf<typeof nodeTemplate> {}

export const scaleDownOptions = type("ScaleDownOptions", "When nodes are given back.", {
  utilizationThreshold: field(
    limited(double, { minimum: 0, maximum: 1 }),
    "A node is underutilized when its pods request no larger share of it; default 0.5.",
  ),
  unneededTime: field(duration, "How long a node is unneeded before it goes; default 10m."),
  unreadyTime: field(duration, "The same of a node that is not ready; default 20m."),
  delayAfterAdd: field(duration, "How long none goes after any was added; default 10m."),
});
export interface ScaleDownOptions extends TypeOf<typeof scaleDownOptions> {}

export const nodeGroupSpec = type(
  "NodeGroupSpec",
  "How many nodes there may be, and of which kind.",
  {
    minSize: field(size, "There are never fewer; default 0."),
    maxSize: field(size, "There are never more.").required(),
    template: field(nodeTemplate, "What a new node is like.").required(),
    scaleDown: field(scaleDownOptions, "When nodes are given back."),
    maxNodeProvisionTime: field(
      duration,
      "A node that is not ready after so long is given up; default 15m.",
    ),
  },
);
export interface NodeGroupSpec extends TypeOf<typeof nodeGroupSpec> {}

export const nodeGroupCondition = type("NodeGroupCondition", "One aspect of the group's state.", {
  type: field(string, "Active.").required(),
  status: field(string, "True, False or Unknown.").required(),
  lastTransitionTime: field(time, "When the status last changed."),
  reason: field(string, "Why, in one word."),
  message: field(string, "Why, in a sentence."),
});
export interface NodeGroupCondition extends TypeOf<typeof nodeGroupCondition> {}

export const nodeGroupStatus = type("NodeGroupStatus", "The nodes of the group as they are.", {
  nodes: field(int32, "How many there are, those that start or go included."),
  readyNodes: field(int32, "How many are ready."),
  unneededNodes: field(int32, "How many could go."),
  conditions: field(listOf(nodeGroupCondition), "Aspects of the state."),
});
export interface NodeGroupStatus extends TypeOf<typeof nodeGroupStatus> {}

export const nodeGroup = kind(
  "NodeGroup",
  "Nodes of one kind that are added when pods need them and removed when none does.",
  {
    metadata: field(objectMeta, "Standard object metadata: name, labels and more."),
    spec: field(nodeGroupSpec, "How many nodes, and of which kind.").required(),
    status: field(nodeGroupStatus, "The nodes as they are."),
  },
  {
    name: "nodegroups",
    singular: "nodegroup",
    namespaced: false,
    verbs: standardVerbs,
    shortNames: ["ng"],
    subresources: { status: statusSubresource("NodeGroup") },
  },
);
export interface NodeGroup extends TypeOf<typeof nodeGroup> {}
