import type { Live } from "#api";
import type { Container, Pod } from "#api/core/v1";
import { labelsOf } from "#series";
import { joinHostPort, type TargetGroup, targetOf } from "../target-group.ts";
import {
  kubernetesLabels,
  type LabelPair,
  namespaceLabel,
  type ObjectFacts,
  objectLabels,
} from "./object-labels.ts";
import {
  attachedNamespaceLabels,
  attachedNodeLabels,
  type RelatedObjects,
} from "./related-objects.ts";

export function podSource({ metadata }: ObjectFacts): string {
  return `pod/${metadata.namespace}/${metadata.name}`;
}

/** A target for each declared port of a pod, and one without a port for a container that has none. */
export function podGroup(pod: Live<Pod>, related: RelatedObjects): TargetGroup {
  const source = podSource(pod);
  const podIp = pod.status?.podIP ?? "";
  // A pod without an address is starting or has been evicted.
  if (podIp === "") return { source, targets: [], labels: [] };
  const nodeName = pod.spec?.nodeName ?? "";
  // A selector may have kept the node out, and then its pods, too.
  if (related.node !== undefined && related.node(nodeName) === undefined) {
    return { source, targets: [], labels: [] };
  }
  const targets = containersOf(pod).flatMap((one) => {
    const { container, isInit, id } = one;
    const ports = container.ports ?? [];
    const facts = kubernetesLabels({
      pod_container_name: container.name,
      pod_container_id: id,
      pod_container_image: container.image,
      pod_container_init: isInit,
    });
    if (ports.length === 0) return [targetOf(podIp, facts)];
    return ports.map((port) =>
      targetOf(joinHostPort(podIp, port.containerPort), [
        ...facts,
        ...kubernetesLabels({
          pod_container_port_number: port.containerPort,
          pod_container_port_name: port.name,
          pod_container_port_protocol: port.protocol,
        }),
      ]),
    );
  });
  return {
    source,
    targets,
    labels: labelsOf([
      ...podLabels(pod, related),
      ...namespaceLabel(pod),
      ...attachedNodeLabels(related, nodeName),
      ...attachedNamespaceLabels(related, pod.metadata.namespace),
    ]),
  };
}

export interface PodContainer {
  readonly container: Container;
  readonly isInit: boolean;
  /** As the runtime calls it; empty before it exists. */
  readonly id: string;
}

/** The containers of a pod; those that initialise it come last. */
export function containersOf({ spec, status }: Live<Pod>): readonly PodContainer[] {
  const idOf = (name: string, statuses: NonNullable<typeof status>["containerStatuses"]) =>
    statuses?.find((one) => one.name === name)?.containerID ?? "";
  return [
    ...(spec?.containers ?? []).map((container) => ({
      container,
      isInit: false,
      id: idOf(container.name, status?.containerStatuses),
    })),
    ...(spec?.initContainers ?? []).map((container) => ({
      container,
      isInit: true,
      id: idOf(container.name, status?.initContainerStatuses),
    })),
  ];
}

/** What a target tells about the pod that it belongs to. */
export function podLabels(pod: Live<Pod>, related: RelatedObjects): readonly LabelPair[] {
  const ready = pod.status?.conditions?.find(({ type }) => type === "Ready")?.status;
  return [
    ...kubernetesLabels({
      pod_ip: pod.status?.podIP,
      pod_ready: (ready ?? "Unknown").toLowerCase(),
      pod_phase: pod.status?.phase,
      pod_node_name: pod.spec?.nodeName,
      pod_host_ip: pod.status?.hostIP,
      pod_uid: pod.metadata.uid,
    }),
    ...objectLabels("pod", pod),
    ...ownerLabels(pod, related),
  ];
}

interface Owned {
  readonly metadata: {
    readonly ownerReferences?:
      | readonly {
          readonly kind: string;
          readonly name: string;
          readonly controller?: boolean | undefined;
        }[]
      | undefined;
  };
}

function controllerOf(object: Owned | undefined) {
  return object?.metadata.ownerReferences?.find(({ controller }) => controller === true);
}

/** Who made the pod, and where that is wanted who made the maker. */
function ownerLabels(pod: Live<Pod>, related: RelatedObjects): readonly LabelPair[] {
  const owner = controllerOf(pod);
  if (owner === undefined) return [];
  const own = kubernetesLabels({
    pod_controller_kind: owner.kind,
    pod_controller_name: owner.name,
  });
  const namespace = pod.metadata.namespace ?? "";
  if (owner.kind === "ReplicaSet") {
    const above = controllerOf(related.replicaSet?.(namespace, owner.name));
    const name = above?.kind === "Deployment" ? above.name : undefined;
    return [...own, ...kubernetesLabels({ pod_deployment_name: name })];
  }
  if (owner.kind !== "Job") return own;
  const above = controllerOf(related.job?.(namespace, owner.name));
  return [
    ...own,
    ...kubernetesLabels({
      pod_job_name: related.tellsJobs ? owner.name : undefined,
      pod_cronjob_name: above?.kind === "CronJob" ? above.name : undefined,
    }),
  ];
}
