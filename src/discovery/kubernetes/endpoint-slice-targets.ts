import type { Live } from "#api";
import type { Service } from "#api/core/v1";
import type { Endpoint, EndpointPort, EndpointSlice } from "#api/discovery/v1";
import { type Labels, labelsOf } from "#series";
import { joinHostPort, sanitizeLabelName, type TargetGroup, targetOf } from "../target-group.ts";
import { EndpointPods } from "./endpoint-pods.ts";
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
import { serviceLabels } from "./service-targets.ts";

/** By this label a slice names its service. */
export const serviceNameLabel = "kubernetes.io/service-name";

export function endpointSliceSource({ metadata }: ObjectFacts): string {
  return `endpointslice/${metadata.namespace}/${metadata.name}`;
}

/** A target for each address and port, and for the other ports of the pods that these lead to. */
export function endpointSliceGroup(
  slice: Live<EndpointSlice>,
  related: RelatedObjects,
): TargetGroup {
  const { namespace = "", labels } = slice.metadata;
  const serviceName = labels?.[serviceNameLabel];
  const service = serviceName === undefined ? undefined : related.service?.(namespace, serviceName);
  return {
    source: endpointSliceSource(slice),
    targets: isSecondFamily(slice, service) ? [] : sliceTargets(slice, related),
    labels: labelsOf([
      ...namespaceLabel(slice),
      ...kubernetesLabels({ endpointslice_address_type: slice.addressType }),
      ...objectLabels("endpointslice", slice),
      ...(service === undefined ? [] : serviceLabels(service)),
      ...attachedNamespaceLabels(related, namespace),
    ]),
  };
}

/** A service of two address families has each endpoint twice; the first family suffices. */
function isSecondFamily(slice: Live<EndpointSlice>, service: Live<Service> | undefined): boolean {
  const { ipFamilyPolicy, ipFamilies } = service?.spec ?? {};
  if (ipFamilyPolicy !== "PreferDualStack" && ipFamilyPolicy !== "RequireDualStack") return false;
  const [first] = ipFamilies ?? [];
  return first !== undefined && slice.addressType !== first;
}

function sliceTargets(slice: Live<EndpointSlice>, related: RelatedObjects): readonly Labels[] {
  const pods = new EndpointPods(related);
  const targets = (slice.endpoints ?? []).flatMap((endpoint) =>
    (slice.ports ?? []).flatMap((port) => {
      const own = endpointLabels(endpoint, port, related);
      return endpoint.addresses.map((address) =>
        targetOf(port.port === undefined ? address : joinHostPort(address, port.port), [
          ...own,
          ...pods.labelsFor(endpoint.targetRef, { number: port.port, protocol: undefined }),
        ]),
      );
    }),
  );
  return [...targets, ...pods.remainingTargets()];
}

function endpointLabels(
  endpoint: Endpoint,
  port: EndpointPort,
  related: RelatedObjects,
): readonly LabelPair[] {
  const { conditions, targetRef, deprecatedTopology } = endpoint;
  const nodeName = targetRef?.kind === "Node" ? targetRef.name : endpoint.nodeName;
  return [
    ...kubernetesLabels({
      endpointslice_port_name: port.name,
      endpointslice_port_protocol: port.protocol,
      endpointslice_port: port.port,
      endpointslice_port_app_protocol: port.appProtocol,
      endpointslice_endpoint_conditions_ready: conditions?.ready,
      endpointslice_endpoint_conditions_serving: conditions?.serving,
      endpointslice_endpoint_conditions_terminating: conditions?.terminating,
      endpointslice_endpoint_hostname: endpoint.hostname,
      endpointslice_address_target_kind: targetRef?.kind,
      endpointslice_address_target_name: targetRef?.name,
      endpointslice_endpoint_node_name: endpoint.nodeName,
      endpointslice_endpoint_zone: endpoint.zone,
    }),
    ...Object.entries(deprecatedTopology ?? {}).flatMap(([name, value]) => {
      const sanitized = sanitizeLabelName(name);
      return kubernetesLabels({
        [`endpointslice_endpoint_topology_${sanitized}`]: value,
        [`endpointslice_endpoint_topology_present_${sanitized}`]: true,
      });
    }),
    ...attachedNodeLabels(related, nodeName),
  ];
}
