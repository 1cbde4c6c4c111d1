/** What a Service has and lacks of addresses and ports. Pure; upstream's rules of `core/service`. */

import type { Service } from "#api/core/v1";

type Spec = NonNullable<Service["spec"]>;
type Port = NonNullable<Spec["ports"]>[number];

/** A Service whose fields agree with its type, and which of them are still to be filled. */
export interface ServiceNeeds {
  readonly service: Service;
  readonly address: "given" | "none" | "wanted";
  /** Whether ports without a number are to get one on the nodes. */
  readonly nodePorts: "unused" | "wanted";
  readonly healthPort: "unused" | "given" | "wanted";
}

/** `current` is the Service before; what clients leave out, they keep. */
export function serviceNeeds(wanted: Service, current: Service | undefined): ServiceNeeds {
  const service = settled(wanted, current);
  const { clusterIP = "", healthCheckNodePort = 0 } = service.spec ?? {};
  const needsHealth = needsHealthPort(service.spec ?? {});
  return {
    service,
    address: !hasAddress(service) ? "none" : clusterIP === "" ? "wanted" : "given",
    nodePorts: needsNodePorts(service.spec ?? {}) ? "wanted" : "unused",
    healthPort: !needsHealth ? "unused" : healthCheckNodePort === 0 ? "wanted" : "given",
  };
}

/** The address that a Service holds; undefined when it has none of its own. */
export function addressOf(service: Service): string | undefined {
  const { clusterIP = "" } = service.spec ?? {};
  return hasAddress(service) && clusterIP !== "" ? clusterIP : undefined;
}

/** The ports of the nodes that a Service holds, each once. */
export function nodePortsOf(service: Service): readonly number[] {
  const { ports = [], healthCheckNodePort = 0 } = service.spec ?? {};
  const numbers = [...ports.map(({ nodePort = 0 }) => nodePort), healthCheckNodePort];
  return [...new Set(numbers.filter((port) => port !== 0))];
}

/** A Service with the address that it got, in all places where that is told. */
export function withAddress(service: Service, clusterIP: string): Service {
  return { ...service, spec: { ...service.spec, clusterIP, clusterIPs: [clusterIP] } };
}

function settled(wanted: Service, current: Service | undefined): Service {
  const kept = current === undefined ? wanted : withKept(wanted, current);
  const spec = kept.spec ?? {};
  if (spec.type === "ExternalName") return { ...kept, spec: withoutAddresses(spec) };
  const keepsPorts = needsNodePorts(spec) || current === undefined || wasAsked(spec, current);
  const ports = spec.ports ?? [];
  return {
    ...kept,
    spec: {
      ...spec,
      ...agreedAddress(spec),
      ipFamilies: spec.ipFamilies ?? ["IPv4"],
      ipFamilyPolicy: spec.ipFamilyPolicy ?? "SingleStack",
      ports: keepsPorts ? ports : ports.map(withoutNodePort),
      healthCheckNodePort: needsHealthPort(spec) ? spec.healthCheckNodePort : undefined,
    },
  };
}

/** The address stands twice in a Service; either will do. */
function agreedAddress({ clusterIP = "", clusterIPs = [] }: Spec): Partial<Spec> {
  const address = clusterIP === "" ? (clusterIPs[0] ?? "") : clusterIP;
  if (address === "") return {};
  return { clusterIP: address, clusterIPs: clusterIPs.length === 0 ? [address] : clusterIPs };
}

/** What the server once filled in stays when a client leaves it out. */
function withKept(wanted: Service, current: Service): Service {
  const [spec, before] = [wanted.spec ?? {}, current.spec ?? {}];
  const keepsAddress = hasAddress(wanted) && hasAddress(current) && leavesAddressOut(spec);
  const keepsPorts = needsNodePorts(spec) && needsNodePorts(before);
  const keepsHealth = needsHealthPort(spec) && needsHealthPort(before);
  const { healthCheckNodePort } = keepsHealth && !spec.healthCheckNodePort ? before : spec;
  return {
    ...wanted,
    spec: {
      ...spec,
      ...(keepsAddress ? addressFields(before) : {}),
      ports: keepsPorts ? spec.ports?.map((port) => withKeptPort(port, before)) : spec.ports,
      healthCheckNodePort,
    },
  };
}

function leavesAddressOut({ clusterIP = "", clusterIPs = [] }: Spec): boolean {
  return clusterIP === "" && clusterIPs.length === 0;
}

function addressFields({ clusterIP, clusterIPs }: Spec): Partial<Spec> {
  return { clusterIP, clusterIPs };
}

function withKeptPort(port: Port, before: Spec): Port {
  if ((port.nodePort ?? 0) !== 0) return port;
  const same = (before.ports ?? []).find(
    (one) => one.port === port.port && protocolOf(one) === protocolOf(port),
  );
  return same?.nodePort === undefined ? port : { ...port, nodePort: same.nodePort };
}

/** A node port that was not there before was asked for, and is an error if the type has no use for it. */
function wasAsked(spec: Spec, current: Service): boolean {
  const before = new Set(nodePortsOf(current));
  return (spec.ports ?? []).some(({ nodePort = 0 }) => nodePort !== 0 && !before.has(nodePort));
}

function withoutAddresses(spec: Spec): Spec {
  const { clusterIP: _ip, clusterIPs: _ips, ipFamilies: _families, ...rest } = spec;
  const { ipFamilyPolicy: _policy, healthCheckNodePort: _health, ...plain } = rest;
  return { ...plain, ports: (spec.ports ?? []).map(withoutNodePort) };
}

function withoutNodePort({ nodePort: _nodePort, ...port }: Port): Port {
  return port;
}

function hasAddress({ spec = {} }: Service): boolean {
  return (
    spec.type !== "ExternalName" && spec.clusterIP !== "None" && spec.clusterIPs?.[0] !== "None"
  );
}

function needsNodePorts({ type, allocateLoadBalancerNodePorts }: Spec): boolean {
  return (
    type === "NodePort" || (type === "LoadBalancer" && allocateLoadBalancerNodePorts !== false)
  );
}

function needsHealthPort({ type, externalTrafficPolicy }: Spec): boolean {
  return type === "LoadBalancer" && externalTrafficPolicy === "Local";
}

function protocolOf({ protocol = "TCP" }: Port): string {
  return protocol;
}
