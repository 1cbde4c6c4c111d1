/** On which nodes the pods of a DaemonSet belong. All pure. */

import {
  type Live,
  matchesNodeTerms,
  nodeLabelOf,
  type SelectableNode,
  toleratesTaint,
} from "#api";
import type { DaemonSet } from "#api/apps/v1";
import type { Node, Pod, PodSpec, Toleration } from "#api/core/v1";

export type Fit =
  /** The node should have a pod. */
  | "wanted"
  /** It gets none, but one that is there may stay. */
  | "kept"
  | "refused";

export function fitOf(set: Live<DaemonSet>, node: Live<Node>): Fit {
  const { spec = { containers: [] } } = set.spec.template;
  const { name } = node.metadata;
  if ((spec.nodeName ?? "") !== "" && spec.nodeName !== name) return "refused";
  if (!matchesSelectors(spec, { name, labels: node.metadata.labels ?? {} })) return "refused";
  const tolerations = daemonTolerations(spec);
  const intolerable = (node.spec.taints ?? []).filter(
    (taint) => taint.effect !== "PreferNoSchedule" && !toleratesTaint(tolerations, taint),
  );
  if (intolerable.length === 0) return "wanted";
  return intolerable.some(({ effect }) => effect === "NoExecute") ? "refused" : "kept";
}

function matchesSelectors(spec: PodSpec, node: SelectableNode): boolean {
  const labels = Object.entries(spec.nodeSelector ?? {});
  const terms =
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return (
    labels.every(([key, label]) => nodeLabelOf(node, key) === label) &&
    (terms === undefined || matchesNodeTerms(node, terms))
  );
}

const conditionTaints: readonly (readonly [string, "NoExecute" | "NoSchedule"])[] = [
  ["not-ready", "NoExecute"],
  ["unreachable", "NoExecute"],
  ["disk-pressure", "NoSchedule"],
  ["memory-pressure", "NoSchedule"],
  ["pid-pressure", "NoSchedule"],
  ["unschedulable", "NoSchedule"],
];

/** Daemons stay on nodes in trouble; those on the host's network also start before there is another. */
function daemonTolerations(spec: PodSpec): readonly Toleration[] {
  const own = spec.tolerations ?? [];
  const wanted =
    spec.hostNetwork === true
      ? [...conditionTaints, ["network-unavailable", "NoSchedule"] as const]
      : conditionTaints;
  const added = wanted.map(([name, effect]) => ({
    key: `node.kubernetes.io/${name}`,
    operator: "Exists",
    effect,
  }));
  const others = own.filter(
    ({ key, effect, operator }) =>
      !added.some((toleration) => toleration.key === key && toleration.effect === effect) ||
      operator !== "Exists",
  );
  return [...others, ...added];
}

/** The template's pod, bound by affinity to one node, so that the scheduler still has its say. */
export function daemonPodSpec(spec: PodSpec, nodeName: string): PodSpec {
  const matchFields = [{ key: "metadata.name", operator: "In", values: [nodeName] }];
  return {
    ...spec,
    tolerations: daemonTolerations(spec),
    affinity: {
      ...spec.affinity,
      nodeAffinity: {
        ...spec.affinity?.nodeAffinity,
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] },
      },
    },
  };
}

/** The node that a daemon's pod runs on or is meant for. */
export function nodeOf({ spec }: Live<Pod>): string | undefined {
  if (spec.nodeName !== undefined && spec.nodeName !== "") return spec.nodeName;
  const terms =
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const fields = (terms ?? []).flatMap(({ matchFields = [] }) => matchFields);
  return fields.find(({ key }) => key === "metadata.name")?.values?.[0];
}
