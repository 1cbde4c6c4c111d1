/** The Endpoints object of a Service: the older form that some clients still read. Pure. */

import { compareText } from "#base";
import type { EndpointAddress, EndpointSubset } from "#api/core/v1";
import { portsText, type ResolvedPort, type ServiceEndpoint } from "../service-endpoints.ts";

/** Most addresses in one object, as upstream's limit; what exceeds it is left out. */
const endpointsMax = 1_000;

/** Groups addresses by their ports, ready ones apart from the others. */
export function planSubsets(endpoints: readonly ServiceEndpoint[]): readonly EndpointSubset[] {
  const groups = new Map<
    string,
    { readonly ports: readonly ResolvedPort[]; readonly members: ServiceEndpoint[] }
  >();
  for (const endpoint of endpoints.slice(0, endpointsMax)) {
    if (endpoint.isTerminating && !endpoint.isReady) continue;
    const text = portsText(endpoint.ports);
    const group = groups.get(text) ?? { ports: endpoint.ports, members: [] };
    group.members.push(endpoint);
    groups.set(text, group);
  }
  return [...groups.values()].map(({ ports, members }) => subsetOf(ports, members));
}

function subsetOf(
  ports: readonly ResolvedPort[],
  members: readonly ServiceEndpoint[],
): EndpointSubset {
  const addresses = members.filter(({ isReady }) => isReady).map(addressOf);
  const notReadyAddresses = members.filter(({ isReady }) => !isReady).map(addressOf);
  return {
    ...(addresses.length === 0 ? {} : { addresses: sorted(addresses) }),
    ...(notReadyAddresses.length === 0 ? {} : { notReadyAddresses: sorted(notReadyAddresses) }),
    ...(ports.length === 0 ? {} : { ports: ports.map(portOf) }),
  };
}

function portOf({ name, port, protocol, appProtocol }: ResolvedPort) {
  return {
    ...(name === "" ? {} : { name }),
    port,
    protocol,
    ...(appProtocol === undefined ? {} : { appProtocol }),
  };
}

function addressOf({ pod, address, hostname }: ServiceEndpoint): EndpointAddress {
  const { name, namespace, uid } = pod.metadata;
  return {
    ip: address,
    ...(hostname === undefined ? {} : { hostname }),
    nodeName: pod.spec.nodeName,
    targetRef: { kind: "Pod", namespace, name, uid },
  };
}

function sorted(addresses: readonly EndpointAddress[]): readonly EndpointAddress[] {
  return [...addresses].sort((left, right) => compareText(left.ip, right.ip));
}
