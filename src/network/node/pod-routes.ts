/**
 * Routes between the nodes: a node's pods are reached through that node's address ("host gateway").
 * All nodes share one link, so no tunnel is needed and packets keep their size.
 */

import { compareText } from "#base";
import { parseCidr, parseIpv4 } from "../address.ts";
import { arrayOf, decodeJson, recordOf, textOf } from "./json-facts.ts";

/** Marks our routes, so that stale ones are found and nobody else's are touched. */
export const routeProtocol = 143;

export interface NodeRoute {
  /** The node's share of the pod range. */
  readonly podCidr: string;
  /** The node's InternalIP. */
  readonly via: string;
}

/**
 * Lines for `ip -batch` that turn the routes `current` into `desired`. `table` is `main` inside a
 * node's namespace, and the cluster's own table in the host's.
 */
export function planPodRoutes(
  desired: readonly NodeRoute[],
  current: readonly NodeRoute[],
  table: string,
): readonly string[] {
  const suffix = `proto ${routeProtocol} table ${table}`;
  const gateways = new Map(current.map((route) => [route.podCidr, route.via]));
  const wanted = new Set(desired.map((route) => route.podCidr));
  const stale = current.filter((route) => !wanted.has(route.podCidr));
  const changed = desired.filter((route) => gateways.get(route.podCidr) !== route.via);
  return [
    ...stale.map((route) => `route del ${route.podCidr} ${suffix}`),
    ...changed.map((route) => `route replace ${route.podCidr} via ${route.via} ${suffix}`),
  ];
}

/** What routing needs to know of a Node object. */
export interface RoutedNode {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly podCIDR?: string | undefined };
  readonly status: {
    readonly addresses?: readonly { readonly type: string; readonly address: string }[] | undefined;
  };
}

/** The routes that node `self` needs; all of them when `self` is undefined, as for the host. */
export function podRoutesOf(
  nodes: readonly RoutedNode[],
  self: string | undefined,
): readonly NodeRoute[] {
  const routes = nodes
    .filter((node) => node.metadata.name !== self)
    .flatMap((node) => {
      const podCidr = node.spec.podCIDR ?? "";
      const via = node.status.addresses?.find((entry) => entry.type === "InternalIP")?.address;
      if (via === undefined || parseIpv4(via) === undefined) return [];
      return parseCidr(podCidr) === undefined ? [] : [{ podCidr, via }];
    });
  return routes.toSorted((left, right) => compareText(left.podCidr, right.podCidr));
}

/** Parses `ip -j route show proto 143 table T`. */
export function parsePodRoutes(json: string): readonly NodeRoute[] {
  return arrayOf(decodeJson(json))
    .map(recordOf)
    .map((route) => ({ podCidr: textOf(route["dst"]), via: textOf(route["gateway"]) }));
}
