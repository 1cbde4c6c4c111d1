/** Which of their labels nodes may choose themselves. Pure. */

import { compareText } from "#base";

export type LabelMap = Readonly<Record<string, string>>;

const restricted = "node-restriction.kubernetes.io";
/** Namespaces below which an agent's labels are its own affair. */
const ownNamespaces = ["kubelet.kubernetes.io", "node.kubernetes.io"];

/** Labels of Kubernetes that say what an agent knows best. */
const ownLabels: ReadonlySet<string> = new Set([
  "beta.kubernetes.io/arch",
  "beta.kubernetes.io/instance-type",
  "beta.kubernetes.io/os",
  "failure-domain.beta.kubernetes.io/region",
  "failure-domain.beta.kubernetes.io/zone",
  "failure-domain.kubernetes.io/region",
  "failure-domain.kubernetes.io/zone",
  "kubernetes.io/arch",
  "kubernetes.io/hostname",
  "kubernetes.io/instance-type",
  "kubernetes.io/os",
  "node.kubernetes.io/instance-type",
  "topology.kubernetes.io/region",
  "topology.kubernetes.io/zone",
]);

/** The labels that differ and that a node may not add, change or remove, in order. */
export function forbiddenChanges(labels: LabelMap, before: LabelMap): readonly string[] {
  const names = new Set([...Object.keys(labels), ...Object.keys(before)]);
  return [...names]
    .filter((name) => labels[name] !== before[name] && !isOwn(name))
    .sort(compareText);
}

function isOwn(label: string): boolean {
  const slash = label.indexOf("/");
  const namespace = slash < 0 ? "" : label.slice(0, slash);
  if (isWithin(namespace, restricted)) return false;
  if (!isWithin(namespace, "kubernetes.io") && !isWithin(namespace, "k8s.io")) return true;
  return ownLabels.has(label) || ownNamespaces.some((own) => isWithin(namespace, own));
}

function isWithin(namespace: string, domain: string): boolean {
  return namespace === domain || namespace.endsWith(`.${domain}`);
}
