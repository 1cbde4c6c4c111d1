/** Reads Service and EndpointSlice objects into what the packet path needs. IPv4 only. */

import { compareText } from "#base";
import type { Live } from "#api";
import type { Service } from "#api/core/v1";
import type { EndpointSlice } from "#api/discovery/v1";
import { formatCidr, parseCidr, parseIpv4 } from "../address.ts";
import type { Endpoint } from "./endpoint-choice.ts";

/** How nftables calls a protocol. */
type Protocol = "tcp" | "udp" | "sctp";

export interface ServicePort {
  /** `namespace/name/protocol/port`: unique, and allowed in the name of a chain. */
  readonly id: string;
  readonly protocol: Protocol;
  readonly port: number;
  readonly clusterIp: string;
  /** 0 when there is none. */
  readonly nodePort: number;
  /** `spec.externalIPs`. */
  readonly externalIps: readonly string[];
  /** Addresses of the load balancer that it answers on itself (`ipMode` VIP). */
  readonly balancerIps: readonly string[];
  /** Who may use the load balancer's addresses; undefined means everybody. */
  readonly balancerSources: readonly string[] | undefined;
  readonly internalPolicy: "Cluster" | "Local";
  readonly externalPolicy: "Cluster" | "Local";
  /** How long a client stays with its endpoint; 0 without session affinity. */
  readonly affinitySeconds: number;
  readonly endpoints: readonly Endpoint[];
}

/** What a client may keep from being forgotten for, when the service does not say: three hours. */
const affinitySecondsDefault = 10_800;

const protocols: ReadonlyMap<string, Protocol> = new Map([
  ["TCP", "tcp"],
  ["UDP", "udp"],
  ["SCTP", "sctp"],
]);

/** The ports of a service that packets can reach; none for headless and ExternalName services. */
export function servicePortsOf(
  service: Live<Service>,
  slices: readonly Live<EndpointSlice>[],
  nodeName: string,
): readonly ServicePort[] {
  const { spec, metadata } = service;
  const clusterIp = spec.clusterIP ?? "";
  if (spec.type === "ExternalName" || parseIpv4(clusterIp) === undefined) return [];
  const shared = {
    clusterIp,
    externalIps: ipv4Of(spec.externalIPs ?? []),
    balancerIps: spec.type === "LoadBalancer" ? balancerIpsOf(service) : [],
    balancerSources: balancerSourcesOf(service),
    internalPolicy: policyOf(spec.internalTrafficPolicy),
    externalPolicy: policyOf(spec.externalTrafficPolicy),
    affinitySeconds: affinityOf(service),
  };
  return (spec.ports ?? []).flatMap((port) => {
    const protocol = protocols.get(port.protocol ?? "TCP");
    if (protocol === undefined) return [];
    const name = port.name ?? "";
    return [
      {
        ...shared,
        id: `${metadata.namespace ?? ""}/${metadata.name}/${protocol}/${port.port}`,
        protocol,
        port: port.port,
        nodePort: port.nodePort ?? 0,
        endpoints: endpointsOf(slices, name, nodeName),
      },
    ];
  });
}

/**
 * The endpoints behind the port called `portName`, in a fixed order, each once. An endpoint that two
 * slices list (it is moving between them) counts as ready when either says so.
 */
function endpointsOf(
  slices: readonly Live<EndpointSlice>[],
  portName: string,
  nodeName: string,
): readonly Endpoint[] {
  const found = new Map<string, Endpoint>();
  for (const slice of slices) {
    if (slice.addressType !== "IPv4") continue;
    const port = slice.ports?.find((candidate) => (candidate.name ?? "") === portName)?.port;
    if (port === undefined) continue;
    for (const endpoint of slice.endpoints ?? []) {
      const [address] = endpoint.addresses;
      if (address === undefined || parseIpv4(address) === undefined) continue;
      const key = `${address}:${port}`;
      if (found.get(key)?.ready === true) continue;
      found.set(key, endpointOf(endpoint, { address, port }, nodeName));
    }
  }
  return [...found.values()].toSorted(
    (left, right) => compareText(left.address, right.address) || left.port - right.port,
  );
}

function endpointOf(
  endpoint: NonNullable<EndpointSlice["endpoints"]>[number],
  at: { readonly address: string; readonly port: number },
  nodeName: string,
): Endpoint {
  // Absent conditions mean "unknown", which consumers read as ready and not terminating.
  const ready = endpoint.conditions?.ready ?? true;
  return {
    ...at,
    ready,
    serving: endpoint.conditions?.serving ?? ready,
    terminating: endpoint.conditions?.terminating ?? false,
    local: endpoint.nodeName === nodeName,
    zones: namesOf(endpoint.hints?.forZones),
    nodes: namesOf(endpoint.hints?.forNodes),
  };
}

function namesOf(hints: readonly { readonly name: string }[] | undefined) {
  return hints === undefined || hints.length === 0 ? undefined : hints.map((hint) => hint.name);
}

function ipv4Of(addresses: readonly string[]): readonly string[] {
  return addresses.filter((address) => parseIpv4(address) !== undefined);
}

function balancerIpsOf(service: Live<Service>): readonly string[] {
  const ingress = service.status.loadBalancer?.ingress ?? [];
  return ipv4Of(ingress.filter((entry) => entry.ipMode !== "Proxy").map((entry) => entry.ip ?? ""));
}

/** Only valid ranges count, as upstream; a list without one lets nobody in. */
function balancerSourcesOf(service: Live<Service>): readonly string[] | undefined {
  const ranges = service.spec.loadBalancerSourceRanges ?? [];
  if (ranges.length === 0) return undefined;
  const parsed = ranges.flatMap((range) => parseCidr(range.trim()) ?? []);
  return parsed.map(formatCidr).toSorted(compareText);
}

function policyOf(policy: string | undefined): "Cluster" | "Local" {
  return policy === "Local" ? "Local" : "Cluster";
}

function affinityOf(service: Live<Service>): number {
  if (service.spec.sessionAffinity !== "ClientIP") return 0;
  return service.spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? affinitySecondsDefault;
}
