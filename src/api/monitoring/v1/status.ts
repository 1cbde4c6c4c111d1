import {
  field,
  int64,
  keyedListOf,
  oneOf,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { type } from "./package.ts";
import { nonEmpty } from "./text.ts";

export const configResourceCondition = type(
  "ConfigResourceCondition",
  "What a workload made of the object.",
  {
    type: field(oneOf("Accepted"), "Accepted is the only one.").required(),
    status: field(nonEmpty, "True, False or Unknown.").required(),
    lastTransitionTime: field(time, "When the status changed last.").required(),
    reason: field(string, "Why, in one word."),
    message: field(string, "Why, in a sentence."),
    observedGeneration: field(int64, "Generation of the object that this is about."),
  },
);
export interface ConfigResourceCondition extends TypeOf<typeof configResourceCondition> {}

export const workloadBinding = type("WorkloadBinding", "A workload that selects the object.", {
  group: field(oneOf("monitoring.coreos.com"), "Group of the workload.").required(),
  resource: field(
    oneOf("prometheuses", "prometheusagents", "thanosrulers", "alertmanagers"),
    "Resource of the workload.",
  ).required(),
  name: field(nonEmpty, "Name of the workload.").required(),
  namespace: field(nonEmpty, "Namespace of the workload.").required(),
  conditions: field(keyedListOf(configResourceCondition, "type"), "What it made of the object."),
});
export interface WorkloadBinding extends TypeOf<typeof workloadBinding> {}

export const configResourceStatus = type(
  "ConfigResourceStatus",
  "Which workloads use the object, and whether they can.",
  {
    bindings: field(
      keyedListOf(workloadBinding, "group", "resource", "name", "namespace"),
      "The workloads that select the object.",
    ),
  },
);
export interface ConfigResourceStatus extends TypeOf<typeof configResourceStatus> {}
