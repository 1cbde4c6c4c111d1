/** Nodes and pods as the pages show them: what they use beside what was promised and what is there. */
import {
  addUsage,
  type Live,
  parseUsage,
  podAmounts,
  quantityMillis,
  quantityUnits,
  specWithEffectiveResources,
  type Usage,
} from "#api";
import type { Container, ContainerStatus, Node, Pod } from "#api/core/v1";
import type { NodeMetrics, PodMetrics } from "#api/metrics/v1beta1";

/** Cores, or bytes. `null` is unknown or unlimited. */
export interface Amounts {
  readonly usage: number | null;
  /** Of all pods together, where this is a node. */
  readonly request: number | null;
  readonly limit: number | null;
  /** What a node has for pods. */
  readonly capacity: number | null;
}

interface ResourceAmounts {
  readonly cpu: Amounts;
  readonly memory: Amounts;
}

export interface NodeView extends ResourceAmounts {
  readonly name: string;
  readonly isReady: boolean;
  readonly isCordoned: boolean;
  /** Pods that have not ended. */
  readonly podCount: number;
  readonly podsMax: number;
}

export interface PodView extends ResourceAmounts {
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  /** The phase, or what a container waits for or ended with, or that the pod is on its way out. */
  readonly status: string;
  readonly isReady: boolean;
  readonly readyCount: number;
  readonly containerCount: number;
  readonly restartCount: number;
}

type Resource = keyof ResourceAmounts;

const nothing: Usage = new Map();

export function nodeViews(
  nodes: readonly Live<Node>[],
  pods: readonly Live<Pod>[],
  metrics: readonly Live<NodeMetrics>[],
): readonly NodeView[] {
  const usages = new Map(metrics.map(({ metadata, usage }) => [metadata.name, parseUsage(usage)]));
  const podsOf = Map.groupBy(
    pods.filter((pod) => !hasEnded(pod)),
    ({ spec }) => spec.nodeName ?? "",
  );
  return nodes.map((node) => {
    const { name } = node.metadata;
    const placed = podsOf.get(name) ?? [];
    const promised = placed
      .map((pod) => podAmounts(specWithEffectiveResources(pod)))
      .reduce(addUsage, nothing);
    const used = usages.get(name) ?? nothing;
    const there = parseUsage(node.status.allocatable);
    const amountsOf = (resource: Resource) => ({
      usage: amountIn(used, resource),
      request: amountIn(promised, `requests.${resource}`) ?? 0,
      limit: amountIn(promised, `limits.${resource}`) ?? 0,
      capacity: amountIn(there, resource),
    });
    return {
      name,
      isReady: isConditionTrue(node.status.conditions, "Ready"),
      isCordoned: node.spec.unschedulable ?? false,
      podCount: placed.length,
      podsMax: amountIn(there, "pods") ?? 0,
      cpu: amountsOf("cpu"),
      memory: amountsOf("memory"),
    };
  });
}

export function podViews(
  pods: readonly Live<Pod>[],
  metrics: readonly Live<PodMetrics>[],
): readonly PodView[] {
  const usages = new Map(
    metrics.map(({ metadata, containers }) => [
      `${metadata.namespace}/${metadata.name}`,
      containers.map(({ usage }) => parseUsage(usage)).reduce(addUsage, nothing),
    ]),
  );
  return pods.map((pod) => {
    const { namespace = "", name } = pod.metadata;
    const statuses = pod.status.containerStatuses ?? [];
    const used = usages.get(`${namespace}/${name}`) ?? nothing;
    return {
      namespace,
      name,
      node: pod.spec.nodeName ?? "",
      status: podStatus(pod),
      isReady: isConditionTrue(pod.status.conditions, "Ready"),
      readyCount: statuses.filter(({ ready }) => ready).length,
      containerCount: pod.spec.containers.length,
      restartCount: statuses.reduce((total, { restartCount }) => total + restartCount, 0),
      cpu: podAmountsOf(pod, used, "cpu"),
      memory: podAmountsOf(pod, used, "memory"),
    };
  });
}

function podAmountsOf(pod: Live<Pod>, used: Usage, resource: Resource): Amounts {
  const spec = specWithEffectiveResources(pod);
  const promised = podAmounts(spec);
  // One container without a limit may use whatever there is.
  const isLimited =
    spec.resources?.limits?.[resource] !== undefined ||
    spec.containers.every((container) => hasLimit(container, resource));
  return {
    usage: amountIn(used, resource),
    request: amountIn(promised, `requests.${resource}`),
    limit: isLimited ? amountIn(promised, `limits.${resource}`) : null,
    capacity: null,
  };
}

function hasLimit({ resources }: Container, resource: Resource): boolean {
  return resources?.limits?.[resource] !== undefined;
}

function podStatus({ metadata, status }: Live<Pod>): string {
  if (metadata.deletionTimestamp !== undefined) return "Terminating";
  const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const phase = status.reason ?? status.phase ?? "Unknown";
  return phase === "Succeeded" ? phase : (all.map(troubleOf).find((one) => one !== "") ?? phase);
}

/** Why a container does not run that is to run. */
function troubleOf({ state }: ContainerStatus): string {
  if (state?.waiting !== undefined) return state.waiting.reason ?? "";
  const ended = state?.terminated;
  return ended === undefined || ended.exitCode === 0 ? "" : (ended.reason ?? "Error");
}

function hasEnded({ status }: Live<Pod>): boolean {
  return status.phase === "Succeeded" || status.phase === "Failed";
}

function isConditionTrue(
  conditions: readonly { readonly type: string; readonly status: string }[] | undefined,
  type: string,
): boolean {
  return conditions?.some((one) => one.type === type && one.status === "True") ?? false;
}

/** Processor time in cores, to the thousandth as everywhere; all else in whole units. */
function amountIn(amounts: Usage, name: string): number | null {
  const amount = amounts.get(name);
  if (amount === undefined) return null;
  return name.endsWith("cpu") ? quantityMillis(amount) / 1_000 : quantityUnits(amount);
}
