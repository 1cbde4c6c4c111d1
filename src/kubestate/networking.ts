/** Families of what leads packets to pods. */
import type { Live } from "#api";
import type { ConfigMap, Service } from "#api/core/v1";
import type { EndpointSlice } from "#api/discovery/v1";
import type { Ingress, NetworkPolicy } from "#api/networking/v1";
import { figure, gauge, type KindFamilies, type Sample } from "./family.ts";
import { created, deleted, fact, namespaced, resourceVersion } from "./samples.ts";

export const serviceFamilies: KindFamilies<Service> = {
  identify: ({ namespace, name, uid }) => ({ namespace, service: name, uid }),
  families: [
    gauge("kube_service_info", "Information about service.", ({ spec }) =>
      fact({
        cluster_ip: spec.clusterIP,
        external_name: spec.externalName,
        load_balancer_ip: spec.loadBalancerIP,
        external_traffic_policy: spec.externalTrafficPolicy,
      }),
    ),
    created("kube_service_created"),
    deleted("kube_service_deletion_timestamp"),
    gauge("kube_service_spec_type", "Type about service.", ({ spec }) => fact({ type: spec.type })),
    gauge(
      "kube_service_spec_external_ip",
      "Service external ips. One series for each ip",
      ({ spec }) => (spec.externalIPs ?? []).flatMap((ip) => fact({ external_ip: ip })),
    ),
    gauge(
      "kube_service_status_load_balancer_ingress",
      "Service load balancer ingress status",
      ({ status }) =>
        (status.loadBalancer?.ingress ?? []).flatMap(({ ip = "", hostname = "" }) =>
          fact({ ip, hostname }),
        ),
    ),
  ],
};

export const endpointSliceFamilies: KindFamilies<EndpointSlice> = {
  identify: ({ namespace, name }) => ({ endpointslice: name, namespace }),
  families: [
    gauge("kube_endpointslice_info", "Information about endpointslice.", ({ addressType }) =>
      fact({ addresstype: addressType }),
    ),
    created("kube_endpointslice_created"),
    gauge(
      "kube_endpointslice_endpoints_hints",
      "Topology routing hints attached to endpoints",
      ({ endpoints }) =>
        (endpoints ?? []).flatMap(({ addresses: [address = ""], hints }) =>
          (hints?.forZones ?? []).flatMap(({ name }) => fact({ address, for_zone: name })),
        ),
    ),
    gauge(
      "kube_endpointslice_endpoints",
      "Endpoints attached to the endpointslice.",
      endpointSamples,
    ),
    gauge("kube_endpointslice_ports", "Ports attached to the endpointslice.", ({ ports }) =>
      (ports ?? []).flatMap(({ name = "", protocol = "", port }) =>
        fact({ port_name: name, port_protocol: protocol, port_number: port }),
      ),
    ),
  ],
};

function endpointSamples({ endpoints }: Live<EndpointSlice>): readonly Sample[] {
  return (endpoints ?? []).flatMap(({ addresses, conditions, targetRef, ...one }) => {
    const labels = {
      ready: conditions?.ready,
      serving: conditions?.serving,
      hostname: one.hostname,
      terminating: conditions?.terminating,
      targetref_kind: targetRef?.kind,
      targetref_name: targetRef?.name,
      targetref_namespace: targetRef?.namespace,
      endpoint_nodename: one.nodeName,
      endpoint_zone: one.zone,
    };
    return addresses.flatMap((address) => fact({ ...labels, address }));
  });
}

const classAnnotation = "kubernetes.io/ingress.class";

export const ingressFamilies: KindFamilies<Ingress> = {
  identify: namespaced("ingress"),
  families: [
    gauge("kube_ingress_info", "Information about ingress.", ({ metadata, spec }) =>
      fact({
        ingressclass:
          spec.ingressClassName ?? metadata.annotations?.[classAnnotation] ?? "_default",
      }),
    ),
    created("kube_ingress_created"),
    resourceVersion(
      "kube_ingress_metadata_resource_version",
      "Resource version representing a specific version of ingress.",
    ),
    gauge("kube_ingress_path", "Ingress host, paths and backend service information.", pathSamples),
    gauge("kube_ingress_tls", "Ingress TLS host and secret information.", ({ spec }) =>
      (spec.tls ?? []).flatMap(({ hosts, secretName = "" }) =>
        (hosts ?? []).flatMap((host) => fact({ tls_host: host, secret: secretName })),
      ),
    ),
  ],
};

function pathSamples({ spec }: Live<Ingress>): readonly Sample[] {
  return (spec.rules ?? []).flatMap(({ host = "", http }) =>
    (http?.paths ?? []).flatMap(({ path = "", pathType, backend: { service, resource } }) => {
      const place = { host, path, path_type: pathType };
      if (service !== undefined) {
        const port = String(service.port?.number ?? 0);
        return fact({ ...place, service_name: service.name, service_port: port });
      }
      return fact({
        ...place,
        resource_api_group: resource?.apiGroup,
        resource_kind: resource?.kind,
        resource_name: resource?.name,
      });
    }),
  );
}

export const networkPolicyFamilies: KindFamilies<NetworkPolicy> = {
  identify: namespaced("networkpolicy"),
  families: [
    created("kube_networkpolicy_created"),
    figure(
      "kube_networkpolicy_spec_ingress_rules",
      "Number of ingress rules on the networkpolicy",
      ({ spec }) => spec.ingress?.length ?? 0,
    ),
    figure(
      "kube_networkpolicy_spec_egress_rules",
      "Number of egress rules on the networkpolicy",
      ({ spec }) => spec.egress?.length ?? 0,
    ),
  ],
};

export const configMapFamilies: KindFamilies<ConfigMap> = {
  identify: namespaced("configmap"),
  families: [
    gauge("kube_configmap_info", "Information about configmap.", () => fact({})),
    created("kube_configmap_created"),
    resourceVersion(
      "kube_configmap_metadata_resource_version",
      "Resource version representing a specific version of the configmap.",
    ),
  ],
};
