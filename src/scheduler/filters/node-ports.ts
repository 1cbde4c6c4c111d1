import type { Filter } from "../plugin.ts";

const refusal = {
  reasons: ["node(s) didn't have free ports for the requested pod ports"],
  resolvable: true,
};

/** Host ports that the pod asks for must be free. */
export const nodePorts: Filter = {
  name: "NodePorts",
  wakesOn: ["pod-removed", "node-added"],
  prepare({ hostPorts }) {
    if (hostPorts.length === 0) return undefined;
    return (node) => (hostPorts.some((port) => node.isPortTaken(port)) ? refusal : undefined);
  },
};
