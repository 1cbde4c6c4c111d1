import type { Filter } from "../plugin.ts";

const refusal = { reasons: ["node(s) didn't match the requested node name"], resolvable: false };

/** A pod that names its node goes nowhere else. */
export const nodeName: Filter = {
  name: "NodeName",
  wakesOn: ["node-added"],
  prepare(needs) {
    const wanted = needs.pod.spec.nodeName ?? "";
    if (wanted === "") return undefined;
    return (node) => (node.name === wanted ? undefined : refusal);
  },
};
