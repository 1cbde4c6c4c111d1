import { nodeLabelOf, matchesNodeTerms } from "#api";
import type { Filter } from "../plugin.ts";

const refusal = {
  reasons: ["node(s) didn't match Pod's node affinity/selector"],
  resolvable: false,
};

/** `nodeSelector` and the required node affinity. */
export const nodeAffinity: Filter = {
  name: "NodeAffinity",
  wakesOn: ["node-added", "node-labels"],
  prepare(needs) {
    const { nodeSelector, affinity } = needs.pod.spec;
    const wanted = Object.entries(nodeSelector ?? {});
    const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    if (wanted.length === 0 && required === undefined) return undefined;
    return (node) => {
      const isSelected = wanted.every(([key, label]) => nodeLabelOf(node, key) === label);
      const isRequired =
        required === undefined || matchesNodeTerms(node, required.nodeSelectorTerms);
      return isSelected && isRequired ? undefined : refusal;
    };
  },
};
