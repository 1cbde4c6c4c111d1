import { toleratesTaint } from "#api";
import type { Filter } from "../plugin.ts";

const unschedulableTaint = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };
const refusal = { reasons: ["node(s) were unschedulable"], resolvable: false };

/** Cordoned nodes take no pods but those that tolerate it. */
export const nodeUnschedulable: Filter = {
  name: "NodeUnschedulable",
  wakesOn: ["node-added", "node-schedulable"],
  prepare(needs) {
    if (toleratesTaint(needs.pod.spec.tolerations ?? [], unschedulableTaint)) return undefined;
    return (node) => (node.isUnschedulable ? refusal : undefined);
  },
};
