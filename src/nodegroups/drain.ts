/**
 * Which pods have to move before a node can go, and which of them forbid it. Pure. The rules, their order and
 * their words are upstream's (`simulator/drainability`), with the defaults of its flags.
 */

import { compileLabelSelector, type CompiledLabelSelector, type Live, matchesLabels } from "#api";
import type { Pod, Volume } from "#api/core/v1";
import type { PodDisruptionBudget } from "#api/policy/v1";

export type DrainCheck =
  | { readonly kind: "movable"; readonly pods: readonly Live<Pod>[] }
  | { readonly kind: "blocked"; readonly pod: Live<Pod>; readonly why: string };

/** What the pods of a node would have to do for the node to go. */
export function checkDrain(
  pods: readonly Live<Pod>[],
  budgets: RemainingBudgets,
  nowMs: number,
): DrainCheck {
  const movable: Live<Pod>[] = [];
  for (const pod of pods) {
    const verdict = verdictOn(pod, budgets, nowMs);
    if (verdict === "stays") continue;
    if (verdict === "moves") movable.push(pod);
    else return { kind: "blocked", pod, why: verdict.why };
  }
  return { kind: "movable", pods: movable };
}

type Verdict = "stays" | "moves" | { readonly why: string };

const safeToEvict = "cluster-autoscaler.kubernetes.io/safe-to-evict";
const safeLocalVolumes = "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes";
const replicatedKinds: ReadonlySet<string> = new Set([
  "ReplicationController",
  "Job",
  "ReplicaSet",
  "StatefulSet",
]);
const systemNamespace = "kube-system";
/** After this long a pod of the system without a budget no longer holds its node. */
const systemPodMs = 3_600_000;

function verdictOn(pod: Live<Pod>, budgets: RemainingBudgets, nowMs: number): Verdict {
  const { name, namespace = "", annotations = {} } = pod.metadata;
  if (isMirror(pod) || isDaemon(pod) || hasEnded(pod)) return "stays";
  // It is on its way out without our doing.
  if (pod.metadata.deletionTimestamp !== undefined) return "stays";
  const said = annotations[safeToEvict];
  if (said === "true") return "moves";
  if (said === "on-completion") return { why: `pod has to complete first: ${name}` };
  if (!isReplicated(pod)) return { why: `${namespace}/${name} is not replicated` };
  if (holdsSystem(pod, budgets, nowMs)) {
    return {
      why: `non-daemonset, non-mirrored, non-pdb-assigned kube-system pod present: ${name}`,
    };
  }
  if (said === "false") return { why: `pod annotated as not safe to evict present: ${name}` };
  if (hasLocalStorage(pod)) return { why: `pod with local storage present: ${name}` };
  if (budgets.forbids(pod)) {
    return { why: `not enough pod disruption budget to move ${namespace}/${name}` };
  }
  return "moves";
}

function isMirror({ metadata }: Live<Pod>): boolean {
  return metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined;
}

/** It belongs to the node, and goes with it. */
function isDaemon({ metadata }: Live<Pod>): boolean {
  const { annotations = {}, ownerReferences = [] } = metadata;
  if (annotations["cluster-autoscaler.kubernetes.io/daemonset-pod"] === "true") return true;
  return ownerReferences.some(
    ({ controller, kind }) => controller === true && kind === "DaemonSet",
  );
}

function hasEnded({ status }: Live<Pod>): boolean {
  return status.phase === "Succeeded" || status.phase === "Failed";
}

function isReplicated({ metadata }: Live<Pod>): boolean {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  return owner !== undefined && replicatedKinds.has(owner.kind);
}

function holdsSystem(pod: Live<Pod>, budgets: RemainingBudgets, nowMs: number): boolean {
  const { namespace, creationTimestamp } = pod.metadata;
  if (namespace !== systemNamespace || budgets.protects(pod)) return false;
  return nowMs <= Date.parse(creationTimestamp) + systemPodMs;
}

function hasLocalStorage({ metadata, spec }: Live<Pod>): boolean {
  const safe = (metadata.annotations?.[safeLocalVolumes] ?? "").split(",");
  return (spec.volumes ?? []).some((volume) => isLocal(volume) && !safe.includes(volume.name));
}

function isLocal({ hostPath, emptyDir }: Volume): boolean {
  return hostPath !== undefined || (emptyDir !== undefined && emptyDir.medium !== "Memory");
}

interface Remaining {
  readonly namespace: string;
  readonly selector: CompiledLabelSelector;
  allowed: number;
}

/** What disruption budgets still allow, while one node after the other is taken away in thought. */
export class RemainingBudgets {
  readonly #budgets: readonly Remaining[];

  constructor(budgets: readonly Live<PodDisruptionBudget>[]) {
    this.#budgets = budgets.map(({ metadata, spec, status }) => ({
      namespace: metadata.namespace ?? "",
      selector: compileLabelSelector(spec.selector),
      allowed: status.disruptionsAllowed ?? 0,
    }));
  }

  /** Whether any budget is about the pod. */
  protects(pod: Live<Pod>): boolean {
    return this.#of(pod).length > 0;
  }

  forbids(pod: Live<Pod>): boolean {
    return this.#of(pod).some(({ allowed }) => allowed < 1);
  }

  /** Counts the pods as moved. */
  take(pods: readonly Live<Pod>[]): void {
    for (const pod of pods) {
      for (const budget of this.#of(pod)) budget.allowed = Math.max(0, budget.allowed - 1);
    }
  }

  #of({ metadata }: Live<Pod>): readonly Remaining[] {
    return this.#budgets.filter(
      ({ namespace, selector }) =>
        namespace === metadata.namespace && matchesLabels(selector, metadata.labels ?? {}),
    );
  }
}
