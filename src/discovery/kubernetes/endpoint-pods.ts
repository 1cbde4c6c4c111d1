import type { Live } from "#api";
import type { Pod } from "#api/core/v1";
import type { Labels } from "#series";
import { joinHostPort, targetOf } from "../target-group.ts";
import { kubernetesLabels, type LabelPair } from "./object-labels.ts";
import { containersOf, podLabels } from "./pod-targets.ts";
import type { RelatedObjects } from "./related-objects.ts";

/** What an endpoint says it stands for. */
export interface EndpointReference {
  readonly kind?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/**
 * The pods behind the endpoints of one object: each endpoint gets the labels of its pod, and ports
 * that a pod has but no endpoint has become targets of their own.
 */
export class EndpointPods {
  readonly #related: RelatedObjects;
  readonly #seen = new Map<string, { readonly pod: Live<Pod>; readonly ports: Set<number> }>();

  constructor(related: RelatedObjects) {
    this.#related = related;
  }

  /** The labels of the pod behind an endpoint, if it is one. */
  labelsFor(
    reference: EndpointReference | undefined,
    port: { readonly number: number | undefined; readonly protocol: string | undefined },
  ): readonly LabelPair[] {
    if (reference?.kind !== "Pod") return [];
    const pod = this.#related.pod?.(reference.namespace ?? "", reference.name ?? "");
    if (pod === undefined) return [];
    const key = `${pod.metadata.namespace}/${pod.metadata.name}`;
    const seen = this.#seen.get(key) ?? { pod, ports: new Set<number>() };
    this.#seen.set(key, seen);
    if (port.number !== undefined) seen.ports.add(port.number);
    const own = podLabels(pod, this.#related);
    return [...own, ...portLabels(pod, port.number, port.protocol)];
  }

  /** Targets for the ports of the same pods that no endpoint covers. */
  remainingTargets(): readonly Labels[] {
    return [...this.#seen.values()].flatMap(({ pod, ports }) => {
      const podIp = pod.status?.podIP ?? "";
      if (podIp === "") return [];
      const own = podLabels(pod, this.#related);
      return containersOf(pod).flatMap(({ container, isInit }) =>
        (container.ports ?? [])
          .filter(({ containerPort }) => !ports.has(containerPort))
          .map(({ containerPort, name, protocol }) => {
            const facts = { number: containerPort, name, protocol };
            const labels = containerLabels(container, isInit, facts);
            return targetOf(joinHostPort(podIp, containerPort), [...labels, ...own]);
          }),
      );
    });
  }
}

/** The container that listens on a port; the last one that says so. */
function portLabels(
  pod: Live<Pod>,
  number: number | undefined,
  protocol: string | undefined,
): readonly LabelPair[] {
  return containersOf(pod).flatMap(({ container, isInit }) => {
    const port = container.ports?.find(({ containerPort }) => containerPort === number);
    if (port === undefined || number === undefined) return [];
    const facts = { number, name: port.name, protocol: protocol ?? port.protocol };
    return containerLabels(container, isInit, facts);
  });
}

function containerLabels(
  container: { readonly name: string; readonly image?: string | undefined },
  isInit: boolean,
  port: {
    readonly number: number;
    readonly name: string | undefined;
    readonly protocol: string | undefined;
  },
): readonly LabelPair[] {
  return kubernetesLabels({
    pod_container_name: container.name,
    pod_container_image: container.image,
    pod_container_port_name: port.name,
    pod_container_port_number: port.number,
    pod_container_port_protocol: port.protocol,
    pod_container_init: isInit,
  });
}
