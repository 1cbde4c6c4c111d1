/** What was decided of late about the sizes of node groups, and why. Made when asked for, never stored. */
import { double, field, int32, listOf, string, time, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const nodeScalingOption = type(
  "NodeScalingOption",
  "What a group could have done for pods that had no node.",
  {
    group: field(1, string, "Name of the group.").required(),
    nodes: field(2, int32, "How many more nodes it would have had.").required(),
    pods: field(3, int32, "How many pods they would have taken.").required(),
    unusedCPU: field(
      4,
      double,
      "The share of their cpu that nobody would have requested.",
    ).required(),
    unusedMemory: field(5, double, "The same of their memory.").required(),
  },
);
export interface NodeScalingOption extends TypeOf<typeof nodeScalingOption> {}

export const nodeScalingDecision = kind(
  "NodeScalingDecision",
  "Why a node group got another size, or did not.",
  {
    metadata: field(1, objectMeta, "Standard object metadata; the label group names the group."),
    time: field(2, time, "When it was made.").required(),
    group: field(3, string, "Name of the group; empty where no group helps.").required(),
    currentNodes: field(4, int32, "The size of the group before.").required(),
    desiredNodes: field(5, int32, "The size that it was to have.").required(),
    outcome: field(6, string, "What became of it: grown, shrunk, kept or failed.").required(),
    reason: field(7, string, "Why, in a sentence.").required(),
    nodes: field(8, listOf(string), "The nodes that came or went."),
    pods: field(9, listOf(string), "The pods that it was about, as namespace/name."),
    options: field(10, listOf(nodeScalingOption), "What each group could have done."),
  },
  {
    name: "nodescalingdecisions",
    singular: "nodescalingdecision",
    namespaced: false,
    verbs: ["get", "list"],
  },
);
export interface NodeScalingDecision extends TypeOf<typeof nodeScalingDecision> {}
