import { nodeLabelOf, matchesNodeTerms } from "#api";
import type { NodeState } from "../node-state.ts";
import type { Filter, NodeCheck, Refusal } from "../plugin.ts";
import { claimsOf, type PodClaim, type VolumeLookup } from "../volumes.ts";

const affinityRefusal: Refusal = {
  reasons: ["node(s) didn't match PersistentVolume's node affinity"],
  resolvable: false,
};
const topologyRefusal: Refusal = {
  reasons: ["node(s) didn't find available persistent volumes to bind"],
  resolvable: false,
};

/** The pod's volumes must exist, and be reachable from the node. */
export const volumeBinding: Filter = {
  name: "VolumeBinding",
  wakesOn: ["volume", "node-added", "node-labels"],
  prepare(needs, { volumes }) {
    const claims = claimsOf(needs, volumes);
    if (claims.length === 0) return undefined;
    const checks = claims.map((claim) => checkOf(claim, volumes));
    return (node) => {
      for (const check of checks) {
        const refusal = check(node);
        if (refusal !== undefined) return refusal;
      }
      return undefined;
    };
  },
};

function checkOf(claim: PodClaim, volumes: VolumeLookup): NodeCheck {
  switch (claim.state) {
    case "missing":
      return always(`persistentvolumeclaim "${claim.name}" not found`);
    case "deleting":
      return always(`persistentvolumeclaim "${claim.name}" is being deleted`);
    case "unbound":
      return always("pod has unbound immediate PersistentVolumeClaims");
    case "waiting":
      return checkTopologies(claim.topologies);
    case "bound":
      return checkVolume(claim.volumeName, volumes);
  }
}

function checkTopologies(terms: readonly ReadonlyMap<string, readonly string[]>[]): NodeCheck {
  if (terms.length === 0) return () => undefined;
  return (node) => (terms.some((term) => meets(node, term)) ? undefined : topologyRefusal);
}

function checkVolume(name: string, volumes: VolumeLookup): NodeCheck {
  const volume = volumes.findVolume(name);
  if (volume === undefined) return always(`persistentvolume "${name}" not found`);
  const required = volume.spec.nodeAffinity?.required;
  if (required === undefined) return () => undefined;
  return (node) =>
    matchesNodeTerms(node, required.nodeSelectorTerms) ? undefined : affinityRefusal;
}

function always(reason: string): NodeCheck {
  const refusal = { reasons: [reason], resolvable: false };
  return () => refusal;
}

function meets(node: NodeState, term: ReadonlyMap<string, readonly string[]>): boolean {
  return [...term].every(([key, values]) => values.includes(nodeLabelOf(node, key) ?? ""));
}
