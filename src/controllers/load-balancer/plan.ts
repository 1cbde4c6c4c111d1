/**
 * Which addresses a Service of type LoadBalancer has. Without a cloud the nodes themselves are the
 * balancer: its addresses are theirs, and the service proxy of each answers the service's own ports.
 */

import { compareText } from "#base";
import type { Live } from "#api";
import type { Node, Service } from "#api/core/v1";
import { isBeingDeleted } from "../pod-facts.ts";

/** One address of a balancer, as its status has it. */
export interface BalancerAddress {
  readonly ip: string;
  readonly ipMode: "VIP";
}

/** Takes a node out of every balancer. */
const excludeLabel = "node.kubernetes.io/exclude-from-external-load-balancers";

/** What nodes listen on themselves, and a service must not take away: the agent's port. */
const reservedPorts: ReadonlySet<string> = new Set(["TCP 10250"]);

/**
 * The addresses that `service` shall have: undefined when they are not ours to say. None while one of
 * its ports belongs to an older service, since two cannot answer on one address.
 */
export function planBalancer(
  service: Live<Service>,
  services: readonly Live<Service>[],
  nodes: readonly Live<Node>[],
): readonly BalancerAddress[] | undefined {
  const { type, loadBalancerClass } = service.spec;
  if (type === "LoadBalancer" && loadBalancerClass !== undefined) return undefined;
  if (!isOurs(service)) return [];
  const older = services.filter((other) => isOurs(other) && isOlder(other, service));
  const taken = new Set([...reservedPorts, ...older.flatMap(portsOf)]);
  if (portsOf(service).some((port) => taken.has(port))) return [];
  const addresses = nodes.filter(takesTraffic).flatMap((node) => internalAddressOf(node));
  return addresses.toSorted(compareText).map((ip) => ({ ip, ipMode: "VIP" }));
}

/** Whether a service's status says so already. */
export function hasAddresses(service: Live<Service>, wanted: readonly BalancerAddress[]): boolean {
  const present = (service.status.loadBalancer?.ingress ?? []).map((entry) => entry.ip);
  return (
    present.length === wanted.length && wanted.every((entry, index) => entry.ip === present[index])
  );
}

export function isOurs({ spec, metadata }: Live<Service>): boolean {
  const wanted = spec.type === "LoadBalancer" && spec.loadBalancerClass === undefined;
  return wanted && metadata.deletionTimestamp === undefined;
}

function isOlder(left: Live<Service>, right: Live<Service>): boolean {
  const byTime = compareText(left.metadata.creationTimestamp, right.metadata.creationTimestamp);
  return byTime === 0 ? compareText(left.metadata.uid, right.metadata.uid) < 0 : byTime < 0;
}

function portsOf({ spec }: Live<Service>): readonly string[] {
  return (spec.ports ?? []).map(({ protocol = "TCP", port }) => `${protocol} ${port}`);
}

function takesTraffic(node: Live<Node>): boolean {
  const ready = node.status.conditions?.find(({ type }) => type === "Ready");
  const isExcluded = node.metadata.labels?.[excludeLabel] !== undefined;
  return ready?.status === "True" && !isExcluded && !isBeingDeleted(node);
}

function internalAddressOf(node: Live<Node>): readonly string[] {
  const internal = node.status.addresses?.find(({ type }) => type === "InternalIP");
  return internal === undefined ? [] : [internal.address];
}
