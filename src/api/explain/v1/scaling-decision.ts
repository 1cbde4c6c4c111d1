/** What autoscalers decided of late, and how they worked it out. Made when asked for, never stored. */
import {
  double,
  field,
  int32,
  listOf,
  quantity,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const scalingMetric = type("ScalingMetric", "What one metric asked for.", {
  metric: field(1, string, "What was measured."),
  problem: field(2, string, "Why nothing could be measured."),
  replicas: field(3, int32, "How many pods it asked for.").pointer(),
  arithmetic: field(4, string, "The calculation, written out."),
  unit: field(5, string, "What current and target are: percent of requests, or amount."),
  current: field(6, quantity, "What was measured.").pointer(),
  target: field(7, quantity, "What is aimed at.").pointer(),
  ratio: field(8, double, "The first by the second.").pointer(),
  readyPods: field(9, int32, "Number of pods that counted in full."),
  unreadyPods: field(10, listOf(string), "Pods that were not ready."),
  unmeasuredPods: field(11, listOf(string), "Pods of which nothing was known."),
  ignoredPods: field(12, listOf(string), "Pods that had failed or were on their way out."),
});
export interface ScalingMetric extends TypeOf<typeof scalingMetric> {}

export const scalingStep = type("ScalingStep", "What a rule made of the number.", {
  replicas: field(1, int32, "The number behind it.").required(),
  reason: field(2, string, "The rule, as one CamelCase word.").required(),
  message: field(3, string, "The rule, in a sentence.").required(),
});
export interface ScalingStep extends TypeOf<typeof scalingStep> {}

export const scalingDecision = kind(
  "ScalingDecision",
  "Why an autoscaler gave its target another size, or did not.",
  {
    metadata: field(1, objectMeta, "Standard object metadata; the label autoscaler names it."),
    time: field(2, time, "When it was made.").required(),
    trigger: field(3, string, "What led to it: sync or sample.").required(),
    currentReplicas: field(4, int32, "The size of the target before.").required(),
    desiredReplicas: field(5, int32, "The size that it was to have.").required(),
    outcome: field(6, string, "What became of it: scaled, kept or failed.").required(),
    reason: field(7, string, "Why, in a sentence.").required(),
    metrics: field(8, listOf(scalingMetric), "What each metric asked for."),
    steps: field(9, listOf(scalingStep), "What stabilization, policies and bounds made of that."),
  },
  {
    name: "scalingdecisions",
    singular: "scalingdecision",
    namespaced: true,
    verbs: ["get", "list"],
  },
);
export interface ScalingDecision extends TypeOf<typeof scalingDecision> {}
