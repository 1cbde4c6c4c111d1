import type { Live } from "#api";
import type { EndpointAddress, EndpointPort, Endpoints } from "#api/core/v1";
import { type Labels, labelsOf } from "#series";
import { joinHostPort, type TargetGroup, targetOf } from "../target-group.ts";
import { EndpointPods } from "./endpoint-pods.ts";
import {
  kubernetesLabels,
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

export function endpointsSource({ metadata }: ObjectFacts): string {
  return `endpoints/${metadata.namespace}/${metadata.name}`;
}

/** A target for each address and port, and for the other ports of the pods that these lead to. */
export function endpointsGroup(endpoints: Live<Endpoints>, related: RelatedObjects): TargetGroup {
  const { namespace = "", name } = endpoints.metadata;
  const service = related.service?.(namespace, name);
  const pods = new EndpointPods(related);
  const targets = (endpoints.subsets ?? []).flatMap((subset) =>
    (subset.ports ?? []).flatMap((port) => [
      ...(subset.addresses ?? []).map((address) =>
        endpointTarget({ address, port, ready: true }, pods, related),
      ),
      ...(subset.notReadyAddresses ?? []).map((address) =>
        endpointTarget({ address, port, ready: false }, pods, related),
      ),
    ]),
  );
  return {
    source: endpointsSource(endpoints),
    targets: [...targets, ...pods.remainingTargets()],
    labels: labelsOf([
      ...namespaceLabel(endpoints),
      ...(service === undefined ? [] : serviceLabels(service)),
      ...objectLabels("endpoints", endpoints),
      ...attachedNamespaceLabels(related, namespace),
    ]),
  };
}

function endpointTarget(
  {
    address,
    port,
    ready,
  }: { readonly address: EndpointAddress; readonly port: EndpointPort; readonly ready: boolean },
  pods: EndpointPods,
  related: RelatedObjects,
): Labels {
  const reference = address.targetRef;
  const nodeName = address.nodeName ?? (reference?.kind === "Node" ? reference.name : undefined);
  return targetOf(joinHostPort(address.ip, port.port), [
    ...kubernetesLabels({
      endpoint_port_name: port.name,
      endpoint_port_protocol: port.protocol,
      endpoint_ready: ready,
      endpoint_address_target_kind: reference?.kind,
      endpoint_address_target_name: reference?.name,
      endpoint_node_name: address.nodeName,
      endpoint_hostname: address.hostname,
    }),
    ...attachedNodeLabels(related, nodeName),
    ...pods.labelsFor(reference, { number: port.port, protocol: port.protocol }),
  ]);
}
