import type { Live } from "#api";
import type { Node } from "#api/core/v1";
import { labelsOf } from "#series";
import { joinHostPort, sanitizeLabelName, type TargetGroup, targetOf } from "../target-group.ts";
import { kubernetesLabels, objectLabels } from "./object-labels.ts";

/** By which of its addresses a node is spoken to, best first. */
const addressTypes = [
  "InternalIP",
  "InternalDNS",
  "ExternalIP",
  "ExternalDNS",
  "LegacyHostIP",
  "Hostname",
];

export function nodeSource(node: { readonly metadata: { readonly name: string } }): string {
  return `node/${node.metadata.name}`;
}

/** A node is one target: its kubelet. */
export function nodeGroup(node: Live<Node>): TargetGroup {
  const { name } = node.metadata;
  const firstOfType = new Map<string, string>();
  for (const { type, address } of node.status?.addresses ?? []) {
    if (!firstOfType.has(type)) firstOfType.set(type, address);
  }
  const best = addressTypes.find((type) => firstOfType.has(type));
  const host = best === undefined ? undefined : firstOfType.get(best);
  if (host === undefined) return { source: nodeSource(node), targets: [], labels: [] };
  const port = node.status?.daemonEndpoints?.kubeletEndpoint?.Port ?? 0;
  const addresses = [...firstOfType].flatMap(([type, address]) =>
    kubernetesLabels({ [`node_address_${sanitizeLabelName(type)}`]: address }),
  );
  return {
    source: nodeSource(node),
    targets: [targetOf(joinHostPort(host, port), [["instance", name], ...addresses])],
    labels: labelsOf([
      ...kubernetesLabels({ node_provider_id: node.spec?.providerID }),
      ...conditionLabels(node),
      ...objectLabels("node", node),
    ]),
  };
}

function conditionLabels(node: Live<Node>) {
  return (node.status?.conditions ?? []).flatMap(({ type, status }) =>
    kubernetesLabels({ [`node_condition_${sanitizeLabelName(type)}`]: status.toLowerCase() }),
  );
}
