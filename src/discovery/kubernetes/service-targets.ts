import type { Live } from "#api";
import type { Service } from "#api/core/v1";
import { labelsOf } from "#series";
import { joinHostPort, type TargetGroup, targetOf } from "../target-group.ts";
import {
  kubernetesLabels,
  type LabelPair,
  namespaceLabel,
  type ObjectFacts,
  objectLabels,
} from "./object-labels.ts";
import { attachedNamespaceLabels, type RelatedObjects } from "./related-objects.ts";

export function serviceSource({ metadata }: ObjectFacts): string {
  return `svc/${metadata.namespace}/${metadata.name}`;
}

export function serviceLabels(service: Live<Service>): readonly LabelPair[] {
  return [...namespaceLabel(service), ...objectLabels("service", service)];
}

/** A target for each port of a service, by its name in the cluster: for probes from outside. */
export function serviceGroup(service: Live<Service>, related: RelatedObjects): TargetGroup {
  const { name, namespace } = service.metadata;
  const ports = service.spec?.ports ?? [];
  return {
    source: serviceSource(service),
    targets: ports.map((port) =>
      targetOf(
        joinHostPort(`${name}.${namespace}.svc`, port.port),
        kubernetesLabels({
          service_port_name: port.name,
          service_port_number: port.port,
          service_port_protocol: port.protocol,
          service_type: service.spec?.type,
          ...addressLabels(service),
        }),
      ),
    ),
    labels: labelsOf([...serviceLabels(service), ...attachedNamespaceLabels(related, namespace)]),
  };
}

function addressLabels({
  spec,
  status,
}: Live<Service>): Readonly<Record<string, string | undefined>> {
  if (spec?.type === "ExternalName") return { service_external_name: spec.externalName };
  if (spec?.type !== "LoadBalancer") return { service_cluster_ip: spec?.clusterIP };
  const ips = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) =>
    ip === undefined || ip === "" ? [] : [ip],
  );
  const balancer = ips.length > 0 ? ips.join(",") : spec.loadBalancerIP;
  return { service_cluster_ip: spec.clusterIP, service_loadbalancer_ip: balancer };
}
