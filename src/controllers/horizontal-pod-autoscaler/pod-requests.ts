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
  const asked = { resource, millisOf: quantityReader() };
  for (const pod of pods) {
    const amount =
      container === undefined ? wholePod(pod, asked) : oneContainer(pod, asked, container);
    if (typeof amount === "string") return { kind: "unknown", why: amount };
    byPod.set(pod.metadata.name, amount);
  }
  return { kind: "requests", byPod };
}

interface Asked {
  readonly resource: string;
  readonly millisOf: (quantity: string | undefined) => bigint | undefined;
}

/** The amount, or why there is none. */
type Amount = bigint | string;

function oneContainer(pod: Live<Pod>, asked: Asked, name: string): Amount {
  const found = countedContainers(pod).find((container) => container.name === name);
  if (found === undefined) return `container ${name} not found in Pod ${pod.metadata.name}`;
  return findRequest(found, asked) ?? missingRequest(pod, found, asked.resource);
}

function wholePod(pod: Live<Pod>, asked: Asked): Amount {
  const ofPod = pod.spec.resources?.requests;
  if (ofPod !== undefined && Object.keys(ofPod).some(isPodLevel)) {
    return podLevel(pod, ofPod, asked);
  }
  let sum = 0n;
  for (const container of countedContainers(pod)) {
    const amount = findRequest(container, asked);
    if (amount === undefined) return missingRequest(pod, container, asked.resource);
    sum += amount;
  }
  return sum;
}

/** Resources that a pod may request as a whole. */
function isPodLevel(resource: string): boolean {
  return resource === "cpu" || resource === "memory" || resource.startsWith("hugepages-");
}

/** The pod's own request where it has one, else what its containers need at some moment; and overhead. */
function podLevel(pod: Live<Pod>, ofPod: Requests, asked: Asked): Amount {
  const { resource, millisOf } = asked;
  const { containers, initContainers = [], overhead } = pod.spec;
  const extra = millisOf(overhead?.[resource]) ?? 0n;
  const own = isPodLevel(resource) ? millisOf(ofPod[resource]) : undefined;
  if (own !== undefined) return own + extra;
  const requests = [...containers, ...initContainers].map((one) => findRequest(one, asked));
  if (requests.every((one) => one === undefined)) {
    return `missing pod-level request for ${resource} in Pod ${pod.metadata.name}`;
  }
  let atStart = 0n;
  let sidecars = 0n;
  for (const one of initContainers) {
    const amount = findRequest(one, asked) ?? 0n;
    if (isSidecar(one)) sidecars += amount;
    const needed = isSidecar(one) ? sidecars : sidecars + amount;
    if (needed > atStart) atStart = needed;
  }
  const running = containers.reduce((sum, one) => sum + (findRequest(one, asked) ?? 0n), sidecars);
  return (running > atStart ? running : atStart) + extra;
}

/** Those that run beside each other: init containers that go on are among them. */
function countedContainers({ spec }: Live<Pod>): readonly Container[] {
  return [...spec.containers, ...(spec.initContainers ?? []).filter(isSidecar)];
}

function isSidecar({ restartPolicy }: Container): boolean {
  return restartPolicy === "Always";
}

function findRequest({ resources }: Container, { resource, millisOf }: Asked): bigint | undefined {
  return millisOf(resources?.requests?.[resource]);
}

function missingRequest(pod: Live<Pod>, container: Container, resource: string): string {
  return `missing request for ${resource} in container ${container.name} of Pod ${pod.metadata.name}`;
}

/** Pods of one template ask for the same, so that each text is read once. */
function quantityReader(): Asked["millisOf"] {
  const known = new Map<string, bigint>();
  return (quantity) => {
    if (quantity === undefined) return undefined;
    const read = known.get(quantity) ?? BigInt(quantityMillis(parseQuantity(quantity)));
    known.set(quantity, read);
    return read;
  };
}
