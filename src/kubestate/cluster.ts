/** Families of nodes and namespaces, and of what limits a namespace. */
import type { Live } from "#api";
import type { LimitRange, Namespace, Node, ResourceQuota } from "#api/core/v1";
import { figure, gauge, type KindFamilies, type Sample } from "./family.ts";
import {
  numberOf,
  bit,
  choice,
  conditionSamples,
  created,
  deleted,
  fact,
  namespaced,
  resourceSamples,
} from "./samples.ts";

const rolePrefix = "node-role.kubernetes.io/";

export const nodeFamilies: KindFamilies<Node> = {
  identify: ({ name }) => ({ node: name }),
  families: [
    created("kube_node_created"),
    deleted("kube_node_deletion_timestamp"),
    gauge("kube_node_info", "Information about a cluster node.", nodeFacts),
    gauge("kube_node_role", "The role of a cluster node.", ({ metadata }) =>
      Object.keys(metadata.labels ?? {})
        .filter((label) => label.startsWith(rolePrefix))
        .flatMap((label) => fact({ role: label.slice(rolePrefix.length) })),
    ),
    gauge("kube_node_spec_pod_cidrs", "The pod CIDRs of a cluster node.", ({ spec }) =>
      (spec.podCIDRs ?? []).flatMap((cidr) => fact({ pod_cidr: cidr })),
    ),
    gauge("kube_node_spec_taint", "The taint of a cluster node.", ({ spec }) =>
      (spec.taints ?? []).flatMap(({ key, value = "", effect }) => fact({ key, value, effect })),
    ),
    figure("kube_node_spec_unschedulable", "Whether a node can schedule new pods.", ({ spec }) =>
      bit(spec.unschedulable),
    ),
    gauge(
      "kube_node_status_allocatable",
      "The allocatable for different resources of a node that are available for scheduling.",
      ({ status }) => resourceSamples(status.allocatable),
    ),
    gauge(
      "kube_node_status_capacity",
      "The capacity for different resources of a node.",
      ({ status }) => resourceSamples(status.capacity),
    ),
    gauge("kube_node_status_condition", "The condition of a cluster node.", ({ status }) =>
      conditionSamples(status.conditions),
    ),
    gauge("kube_node_status_addresses", "Node address information.", ({ status }) =>
      (status.addresses ?? []).flatMap(({ type, address }) => fact({ type, address })),
    ),
  ],
};

function nodeFacts({ spec, status }: Live<Node>): readonly Sample[] {
  const { nodeInfo, addresses = [] } = status;
  const internal = addresses.findLast(({ type }) => type === "InternalIP")?.address ?? "";
  return fact({
    kernel_version: nodeInfo?.kernelVersion,
    os_image: nodeInfo?.osImage,
    container_runtime_version: nodeInfo?.containerRuntimeVersion,
    kubelet_version: nodeInfo?.kubeletVersion,
    kubeproxy_version: "deprecated",
    provider_id: spec.providerID,
    pod_cidr: spec.podCIDR,
    system_uuid: nodeInfo?.systemUUID,
    internal_ip: internal,
  });
}

export const namespaceFamilies: KindFamilies<Namespace> = {
  identify: ({ name }) => ({ namespace: name }),
  families: [
    created("kube_namespace_created"),
    gauge("kube_namespace_status_phase", "kubernetes namespace status phase.", ({ status }) =>
      choice("phase", ["Active", "Terminating"], status.phase),
    ),
    gauge("kube_namespace_status_condition", "The condition of a namespace.", ({ status }) =>
      conditionSamples(status.conditions),
    ),
  ],
};

export const resourceQuotaFamilies: KindFamilies<ResourceQuota> = {
  identify: namespaced("resourcequota"),
  families: [
    created("kube_resourcequota_created"),
    gauge("kube_resourcequota", "Information about resource quota.", ({ status }) => [
      ...quotaSamples(status.hard, "hard"),
      ...quotaSamples(status.used, "used"),
    ]),
  ],
};

function quotaSamples(
  amounts: Readonly<Record<string, string>> | undefined,
  type: string,
): readonly Sample[] {
  return Object.entries(amounts ?? {}).map(([resource, quantity]) => ({
    labels: { resource, type },
    value: numberOf(quantity),
  }));
}

export const limitRangeFamilies: KindFamilies<LimitRange> = {
  identify: namespaced("limitrange"),
  families: [
    gauge("kube_limitrange", "Information about limit range.", limitSamples),
    created("kube_limitrange_created"),
  ],
};

function limitSamples({ spec }: Live<LimitRange>): readonly Sample[] {
  return spec.limits.flatMap(({ type, ...amounts }) => {
    const constraints = [
      ["min", amounts.min],
      ["max", amounts.max],
      ["default", amounts.default],
      ["defaultRequest", amounts.defaultRequest],
      ["maxLimitRequestRatio", amounts.maxLimitRequestRatio],
    ] as const;
    return constraints.flatMap(([constraint, resources]) =>
      Object.entries(resources ?? {}).map(([resource, quantity]) => ({
        labels: { resource, type, constraint },
        value: numberOf(quantity),
      })),
    );
  });
}
