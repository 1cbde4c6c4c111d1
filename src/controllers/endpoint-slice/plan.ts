/**
 * Which EndpointSlices a Service should have. Slices that exist are kept as they are where possible,
 * because every change travels to every node.
 */

import type { Live } from "#api";
import type { Service } from "#api/core/v1";
import type { Endpoint, EndpointPort, EndpointSlice } from "#api/discovery/v1";
import { controllerReference } from "../ownership.ts";
import { canonicalText } from "../pod-template.ts";
import { portsText, type ResolvedPort, type ServiceEndpoint } from "../service-endpoints.ts";

export const managedByLabel = "endpointslice.kubernetes.io/managed-by";
export const managedByUs = "endpointslice-controller.k8s.io";
export const serviceNameLabel = "kubernetes.io/service-name";
const headlessLabel = "service.kubernetes.io/headless";

/** Most endpoints in one slice, as upstream's default. */
const endpointsPerSliceMax = 100;

export interface SlicePlan {
  readonly create: readonly EndpointSlice[];
  readonly update: readonly EndpointSlice[];
  readonly remove: readonly Live<EndpointSlice>[];
}

export function planSlices(
  service: Live<Service>,
  addressType: "IPv4" | "IPv6",
  endpoints: readonly ServiceEndpoint[],
  present: readonly Live<EndpointSlice>[],
): SlicePlan {
  const groups = groupByPorts(endpoints);
  const template = sliceTemplate(service, addressType);
  const unused = new Set(present);
  const create: EndpointSlice[] = [];
  const update: EndpointSlice[] = [];
  for (const { ports, members } of groups) {
    const ours = present.filter(
      (slice) => unused.has(slice) && canonicalText(slice.ports) === canonicalText(ports),
    );
    for (const slice of ours) unused.delete(slice);
    const filled = fillSlices(ours, members);
    for (const { slice, endpoints: content } of filled.kept) {
      const wanted = {
        ...slice,
        ...template,
        metadata: mergedMetadata(slice, template),
        ports,
        endpoints: content,
      };
      if (canonicalText(wanted) !== canonicalText(slice)) update.push(wanted);
    }
    for (const slice of filled.emptied) unused.add(slice);
    for (const content of filled.added) create.push({ ...template, ports, endpoints: content });
  }
  return withPlaceholder({ create, update, remove: [...unused] }, template, present);
}

/** A Service without endpoints keeps one empty slice, so that its kind of address stays known. */
function withPlaceholder(
  plan: SlicePlan,
  template: EndpointSlice,
  present: readonly Live<EndpointSlice>[],
): SlicePlan {
  const remaining = present.length - plan.remove.length + plan.create.length;
  if (remaining > 0) return plan;
  const [first, ...others] = plan.remove;
  if (first === undefined) return { ...plan, create: [{ ...template, ports: [], endpoints: [] }] };
  const emptied = { ...first, ports: [], endpoints: [], metadata: mergedMetadata(first, template) };
  const isEmpty = canonicalText(emptied) === canonicalText(first);
  return { create: [], update: isEmpty ? [] : [emptied], remove: others };
}

interface PortGroup {
  readonly ports: readonly EndpointPort[];
  readonly members: readonly Endpoint[];
}

function groupByPorts(endpoints: readonly ServiceEndpoint[]): readonly PortGroup[] {
  const groups = new Map<
    string,
    { readonly ports: EndpointPort[]; readonly members: Endpoint[] }
  >();
  for (const endpoint of endpoints) {
    const text = portsText(endpoint.ports);
    const group = groups.get(text) ?? { ports: endpoint.ports.map(slicePort), members: [] };
    group.members.push(sliceEndpoint(endpoint));
    groups.set(text, group);
  }
  return [...groups.values()];
}

function slicePort({ name, port, protocol, appProtocol }: ResolvedPort): EndpointPort {
  return { name, port, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) };
}

function sliceEndpoint(endpoint: ServiceEndpoint): Endpoint {
  const { pod, hostname } = endpoint;
  const { name, namespace, uid } = pod.metadata;
  return {
    addresses: [endpoint.address],
    conditions: {
      ready: endpoint.isReady,
      serving: endpoint.isServing,
      terminating: endpoint.isTerminating,
    },
    ...(hostname === undefined ? {} : { hostname }),
    nodeName: pod.spec.nodeName,
    targetRef: { kind: "Pod", namespace, name, uid },
  };
}

interface Filled {
  readonly kept: readonly {
    readonly slice: Live<EndpointSlice>;
    readonly endpoints: readonly Endpoint[];
  }[];
  readonly emptied: readonly Live<EndpointSlice>[];
  readonly added: readonly (readonly Endpoint[])[];
}

/** Leaves endpoints where they are, puts new ones where there is room, and opens slices for the rest. */
function fillSlices(slices: readonly Live<EndpointSlice>[], members: readonly Endpoint[]): Filled {
  const waiting = new Map(members.map((endpoint) => [identityOf(endpoint), endpoint]));
  const contents = slices.map((slice) => {
    const kept: Endpoint[] = [];
    for (const endpoint of slice.endpoints ?? []) {
      const wanted = waiting.get(identityOf(endpoint));
      if (wanted === undefined) continue;
      waiting.delete(identityOf(endpoint));
      kept.push(wanted);
    }
    return { slice, endpoints: kept };
  });
  const rest = [...waiting.values()];
  for (const { endpoints } of contents) {
    endpoints.push(...rest.splice(0, endpointsPerSliceMax - endpoints.length));
  }
  const added: (readonly Endpoint[])[] = [];
  while (rest.length > 0) added.push(rest.splice(0, endpointsPerSliceMax));
  return {
    kept: contents.filter(({ endpoints }) => endpoints.length > 0),
    emptied: contents.filter(({ endpoints }) => endpoints.length === 0).map(({ slice }) => slice),
    added,
  };
}

function identityOf({ addresses, targetRef }: Endpoint): string {
  return JSON.stringify([addresses[0], targetRef?.uid]);
}

function sliceTemplate(service: Live<Service>, addressType: "IPv4" | "IPv6"): EndpointSlice {
  const { name, namespace, labels } = service.metadata;
  const owner = { apiVersion: "v1", kind: "Service", metadata: service.metadata };
  return {
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: {
        ...labels,
        ...(service.spec.clusterIP === "None" ? { [headlessLabel]: "" } : {}),
        [serviceNameLabel]: name,
        [managedByLabel]: managedByUs,
      },
      ownerReferences: [controllerReference(owner)],
    },
    addressType,
  };
}

function mergedMetadata(slice: Live<EndpointSlice>, template: EndpointSlice) {
  return {
    ...slice.metadata,
    labels: template.metadata?.labels,
    ownerReferences: template.metadata?.ownerReferences,
  };
}
