import { toleratesTaint } from "#api";
import type { Filter } from "../plugin.ts";

/** Every taint that keeps pods away must be tolerated. */
export const taintToleration: Filter = {
  name: "TaintToleration",
  wakesOn: ["node-added", "node-taints"],
  prepare(needs) {
    const tolerations = needs.pod.spec.tolerations ?? [];
    return (node) => {
      if (node.taints.length === 0) return undefined;
      const taint = node.taints.find(
        (candidate) =>
          candidate.effect !== "PreferNoSchedule" && !toleratesTaint(tolerations, candidate),
      );
      if (taint === undefined) return undefined;
      const text = `{${taint.key}: ${taint.value ?? ""}}`;
      return { reasons: [`node(s) had untolerated taint ${text}`], resolvable: false };
    };
  },
};
