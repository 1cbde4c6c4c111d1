/** Amounts of resources as plain numbers, for arithmetic in the hot path. */

import { type Live, parseQuantity, quantityMillis, quantityUnits } from "#api";
import type { Node, PodSpec, ResourceRequirements } from "#api/core/v1";

export interface ResourceAmounts {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly storageBytes: number;
  /** Everything else by name, in whole units. */
  readonly extended: ReadonlyMap<string, number>;
}

type ResourceList = Readonly<Record<string, string>> | undefined;

const noExtended: ReadonlyMap<string, number> = new Map();

const noAmounts: ResourceAmounts = {
  cpuMilli: 0,
  memoryBytes: 0,
  storageBytes: 0,
  extended: noExtended,
};

/** The amounts of a resource list; `pods` is counted apart. */
export function amountsOf(list: ResourceList): ResourceAmounts {
  if (list === undefined) return noAmounts;
  const extended = new Map<string, number>();
  let cpuMilli = 0;
  let memoryBytes = 0;
  let storageBytes = 0;
  for (const [name, text] of Object.entries(list)) {
    const quantity = parseQuantity(text);
    if (name === "cpu") cpuMilli = quantityMillis(quantity);
    else if (name === "memory") memoryBytes = quantityUnits(quantity);
    else if (name === "ephemeral-storage") storageBytes = quantityUnits(quantity);
    else if (name !== "pods") extended.set(name, quantityUnits(quantity));
  }
  return { cpuMilli, memoryBytes, storageBytes, extended };
}

/** How many pods a node takes. */
export function podLimitOf(node: Live<Node>): number {
  const text = node.status.allocatable?.["pods"];
  return text === undefined ? 0 : quantityUnits(parseQuantity(text));
}

/**
 * What a pod needs at its peak: its containers and sidecars together, or whatever an init container
 * needs beside the sidecars started before it, and the overhead of its runtime class. A request that
 * is missing is its limit. Source: `component-helpers/resource`.
 */
export function podRequest(spec: PodSpec): ResourceAmounts {
  const containers = spec.containers.map(({ resources }) => containerRequest(resources));
  let sidecars = noAmounts;
  let initPeak = noAmounts;
  for (const { resources, restartPolicy } of spec.initContainers ?? []) {
    const request = containerRequest(resources);
    if (restartPolicy === "Always") {
      sidecars = add(sidecars, request);
      initPeak = max(initPeak, sidecars);
    } else {
      initPeak = max(initPeak, add(sidecars, request));
    }
  }
  const running = containers.reduce(add, sidecars);
  const peak = withOwnRequest(max(running, initPeak), spec.resources?.requests);
  return spec.overhead === undefined ? peak : add(peak, amountsOf(spec.overhead));
}

/** What the pod requests as a whole stands, whatever its containers add up to. */
function withOwnRequest(peak: ResourceAmounts, own: ResourceList): ResourceAmounts {
  if (own === undefined) return peak;
  const { cpuMilli, memoryBytes } = amountsOf(own);
  return {
    ...peak,
    ...(own["cpu"] === undefined ? {} : { cpuMilli }),
    ...(own["memory"] === undefined ? {} : { memoryBytes }),
  };
}

const defaultCpuMilli = 100;
const defaultMemoryBytes = 200 * 1024 * 1024;

/**
 * Requests as scoring sees them: a container that asks for nothing still counts for something, so
 * that such pods spread too. Source: upstream's `GetNonzeroRequests`.
 */
export function scoringRequest(spec: PodSpec): {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
} {
  let cpuMilli = 0;
  let memoryBytes = 0;
  for (const { resources } of spec.containers) {
    const request = containerRequest(resources);
    cpuMilli += request.cpuMilli === 0 ? defaultCpuMilli : request.cpuMilli;
    memoryBytes += request.memoryBytes === 0 ? defaultMemoryBytes : request.memoryBytes;
  }
  const peak = podRequest(spec);
  return {
    cpuMilli: Math.max(cpuMilli, peak.cpuMilli),
    memoryBytes: Math.max(memoryBytes, peak.memoryBytes),
  };
}

function containerRequest(resources: ResourceRequirements | undefined): ResourceAmounts {
  if (resources === undefined) return noAmounts;
  return amountsOf({ ...resources.limits, ...resources.requests });
}

function add(left: ResourceAmounts, right: ResourceAmounts): ResourceAmounts {
  return {
    cpuMilli: left.cpuMilli + right.cpuMilli,
    memoryBytes: left.memoryBytes + right.memoryBytes,
    storageBytes: left.storageBytes + right.storageBytes,
    extended: combine(left.extended, right.extended, (a, b) => a + b),
  };
}

function max(left: ResourceAmounts, right: ResourceAmounts): ResourceAmounts {
  return {
    cpuMilli: Math.max(left.cpuMilli, right.cpuMilli),
    memoryBytes: Math.max(left.memoryBytes, right.memoryBytes),
    storageBytes: Math.max(left.storageBytes, right.storageBytes),
    extended: combine(left.extended, right.extended, Math.max),
  };
}

function combine(
  left: ReadonlyMap<string, number>,
  right: ReadonlyMap<string, number>,
  merge: (a: number, b: number) => number,
): ReadonlyMap<string, number> {
  if (right.size === 0) return left;
  if (left.size === 0) return right;
  const combined = new Map(left);
  for (const [name, amount] of right) combined.set(name, merge(combined.get(name) ?? 0, amount));
  return combined;
}
