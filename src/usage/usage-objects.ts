/** Usage as objects of `metrics.k8s.io`. */
import {
  type AnyKind,
  formatDuration,
  formatQuantity,
  formatTime,
  type JsonObject,
  type Live,
  notFound,
  quantityOf,
} from "#api";
import { type Node, node as nodeKind, type Pod, pod as podKind } from "#api/core/v1";
import { nodeMetrics, podMetrics } from "#api/metrics/v1beta1";
import { type Clock, compareText } from "#base";
import type { ObjectCache } from "#client";
import { podKeyOf } from "./reading.ts";
import type { Usage, UsageBook } from "./usage-book.ts";

/** The usage of all nodes, or that of all pods. */
export interface UsageObjects {
  readonly kind: AnyKind;
  /** Those of a namespace, or all when it is empty, in the order of namespaces and names. */
  list(namespace: string): readonly JsonObject[];
  /** Throws NotFound, in metrics-server's words. */
  get(namespace: string, name: string): JsonObject;
}

export interface UsageObjectsDeps {
  readonly book: UsageBook;
  readonly clock: Clock;
  readonly nodes: () => ObjectCache<Node>;
  readonly pods: () => ObjectCache<Pod>;
}

export function usageOfNodes(deps: UsageObjectsDeps): UsageObjects {
  return {
    kind: nodeMetrics,
    list: () =>
      sorted(deps.nodes().list())
        .map((node) => nodeUsage(deps, node))
        .filter((usage) => usage !== undefined),
    get(_namespace, name) {
      const found = deps.nodes().find({ namespace: "", name });
      if (found === undefined) throw notFound(coreName(nodeKind), name);
      const usage = nodeUsage(deps, found);
      if (usage === undefined) throw notFound({ group: metricsGroup, name: "nodemetrics" }, name);
      return usage;
    },
  };
}

export function usageOfPods(deps: UsageObjectsDeps): UsageObjects {
  return {
    kind: podMetrics,
    list(namespace) {
      const pods = deps.pods().list(namespace === "" ? undefined : namespace);
      return sorted(pods)
        .map((pod) => podUsage(deps, pod))
        .filter((usage) => usage !== undefined);
    },
    get(namespace, name) {
      const found = deps.pods().find({ namespace, name });
      if (found === undefined) throw notFound(coreName(podKind), name);
      const usage = podUsage(deps, found);
      if (usage !== undefined) return usage;
      throw notFound({ group: metricsGroup, name: "podmetrics" }, `${namespace}/${name}`);
    },
  };
}

const metricsGroup = "metrics.k8s.io";

function coreName({ resource }: AnyKind) {
  return { group: "", name: resource?.name ?? "" };
}

function nodeUsage({ book, clock }: UsageObjectsDeps, node: Live<Node>): JsonObject | undefined {
  const nowMs = clock.nowMs();
  const usage = book.findNode(node.metadata.name, nowMs);
  if (usage === undefined) return undefined;
  return { ...headOf(node, nowMs, usage), usage: amountsOf(usage) };
}

function podUsage({ book, clock }: UsageObjectsDeps, pod: Live<Pod>): JsonObject | undefined {
  const nowMs = clock.nowMs();
  const { namespace = "", name } = pod.metadata;
  const usages = book.findPod(pod.spec.nodeName ?? "", podKeyOf(namespace, name), nowMs);
  if (usages === undefined) return undefined;
  const [earliest] = [...usages.values()].sort((left, right) => left.atMs - right.atMs);
  if (earliest === undefined) return undefined;
  const containers = [...usages]
    .sort(([left], [right]) => compareText(left, right))
    .map(([container, usage]) => ({ name: container, usage: amountsOf(usage) }));
  return { ...headOf(pod, nowMs, earliest), containers };
}

/** As metrics-server's objects these are made now, and are about the time of the earliest figure. */
function headOf(
  { metadata }: Live<Node> | Live<Pod>,
  nowMs: number,
  { atMs, windowMs }: Usage,
): JsonObject {
  const { name, namespace, labels } = metadata;
  return {
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      creationTimestamp: formatTime(nowMs),
      ...(labels === undefined ? {} : { labels }),
    },
    timestamp: formatTime(atMs),
    window: formatDuration(windowMs),
  };
}

function amountsOf({ cpuNanoCores, memoryBytes }: Usage): JsonObject {
  return {
    cpu: formatQuantity({ nanos: BigInt(cpuNanoCores), format: "DecimalSI" }),
    memory: formatQuantity(quantityOf(Math.trunc(memoryBytes), "BinarySI")),
  };
}

function sorted<T extends Live<Node> | Live<Pod>>(objects: readonly T[]): readonly T[] {
  return [...objects].sort(
    (left, right) =>
      compareText(left.metadata.namespace ?? "", right.metadata.namespace ?? "") ||
      compareText(left.metadata.name, right.metadata.name),
  );
}
