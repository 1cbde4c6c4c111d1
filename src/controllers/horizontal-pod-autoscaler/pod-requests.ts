/** What pods request, in thousandths. Pure. Source: upstream's `replica_calculator.go`. */

import { type Live, parseQuantity, quantityMillis } from "#api";
import type { Container, Pod } from "#api/core/v1";

export type PodRequests =
  | { readonly kind: "requests"; readonly byPod: ReadonlyMap<string, bigint> }
  | { readonly kind: "unknown"; readonly why: string };

type Requests = Readonly<Record<string, string>>;

/** What each pod requests of a resource: one container of it, or the pod as a whole. */
export function requestsOf(
  pods: readonly Live<Pod>[],
  resource: string,
  container: string | undefined,
): PodRequests {
  const byPod = new Map<string, bigint>();
  for (const pod of pods) {
    const amount =
      container === undefined ? wholePod(pod, resource) : oneContainer(pod, resource, container);
    if (typeof amount === "string") return { kind: "unknown", why: amount };
    byPod.set(pod.metadata.name, amount);
  }
  return { kind: "requests", byPod };
}

/** The amount, or why there is none. */
type Amount = bigint | string;

function oneContainer(pod: Live<Pod>, resource: string, name: string): Amount {
  const found = countedContainers(pod).find((container) => container.name === name);
  if (found === undefined) return `container ${name} not found in Pod ${pod.metadata.name}`;
  return findRequest(found, resource) ?? missingRequest(pod, found, resource);
}

function wholePod(pod: Live<Pod>, resource: string): Amount {
  const ofPod = pod.spec.resources?.requests;
  if (ofPod !== undefined && Object.keys(ofPod).some(isPodLevel)) {
    return podLevel(pod, ofPod, resource);
  }
  let sum = 0n;
  for (const container of countedContainers(pod)) {
    const amount = findRequest(container, resource);
    if (amount === undefined) return missingRequest(pod, container, resource);
    sum += amount;
  }
  return sum;
}

/** Resources that a pod may request as a whole. */
function isPodLevel(resource: string): boolean {
  return resource === "cpu" || resource === "memory" || resource.startsWith("hugepages-");
}

/** The pod's own request where it has one, else what its containers need at some moment; and overhead. */
function podLevel(pod: Live<Pod>, ofPod: Requests, resource: string): Amount {
  const { containers, initContainers = [], overhead } = pod.spec;
  const extra = millisOf(overhead?.[resource]) ?? 0n;
  const own = isPodLevel(resource) ? millisOf(ofPod[resource]) : undefined;
  if (own !== undefined) return own + extra;
  const requests = [...containers, ...initContainers].map((one) => findRequest(one, resource));
  if (requests.every((one) => one === undefined)) {
    return `missing pod-level request for ${resource} in Pod ${pod.metadata.name}`;
  }
  let atStart = 0n;
  let sidecars = 0n;
  for (const one of initContainers) {
    const amount = findRequest(one, resource) ?? 0n;
    if (isSidecar(one)) sidecars += amount;
    const needed = isSidecar(one) ? sidecars : sidecars + amount;
    if (needed > atStart) atStart = needed;
  }
  const running = containers.reduce(
    (sum, one) => sum + (findRequest(one, resource) ?? 0n),
    sidecars,
  );
  return (running > atStart ? running : atStart) + extra;
}

/** Those that run beside each other: init containers that go on are among them. */
function countedContainers({ spec }: Live<Pod>): readonly Container[] {
  return [...spec.containers, ...(spec.initContainers ?? []).filter(isSidecar)];
}

function isSidecar({ restartPolicy }: Container): boolean {
  return restartPolicy === "Always";
}

function findRequest({ resources }: Container, resource: string): bigint | undefined {
  return millisOf(resources?.requests?.[resource]);
}

function missingRequest(pod: Live<Pod>, container: Container, resource: string): string {
  return `missing request for ${resource} in container ${container.name} of Pod ${pod.metadata.name}`;
}

function millisOf(quantity: string | undefined): bigint | undefined {
  return quantity === undefined ? undefined : BigInt(quantityMillis(parseQuantity(quantity)));
}
