/**
 * The DNS server of one node: the cluster's names from the node's own view of it, everything else
 * from the machine's resolvers. Runs inside the node's network namespace, so no query of a pod for a
 * name of the cluster leaves its node.
 */

import type { Logger } from "#base";
import type { ServiceSources } from "../proxy/service-view.ts";
import { cacheDefaults } from "./answer-cache.ts";
import { Forwarder, type ForwarderDeps, forwarderDefaults } from "./forwarder.ts";
import { NameIndex } from "./name-index.ts";
import { type ClientNamespaces, Resolver, type ResolverOptions } from "./resolver.ts";
import {
  type DnsServer,
  type DnsServerDeps,
  type DnsServerOptions,
  openDnsServer,
} from "./server.ts";
import { untilAborted } from "../until-aborted.ts";
import { Zone, type ZoneOptions } from "./zone.ts";

export interface DnsDeps extends ServiceSources, ForwarderDeps, DnsServerDeps {
  readonly clients: ClientNamespaces;
  readonly log: Logger;
}

export interface DnsOptions extends ZoneOptions, ResolverOptions, DnsServerOptions {
  /** Addresses of the servers to forward to, in order; see `chooseUpstreams`. */
  readonly upstreams: readonly string[];
  readonly upstreamPort: number;
}

export const dnsDefaults = {
  domain: "cluster.local",
  port: 53,
  upstreamPort: 53,
  pendingMax: 1_000,
  connectionsMax: 200,
  connectionMs: 10_000,
} as const;

/** Opens the server and answers until it is disposed. */
export async function openDns(
  deps: DnsDeps,
  options: DnsOptions,
  signal: AbortSignal,
): Promise<DnsServer> {
  await Promise.all([deps.services.synced(signal), deps.slices.synced(signal)]);
  await using scope = new AsyncDisposableStack();
  const index = new NameIndex();
  scope.use(index.follow(deps));
  const forwarder = scope.use(
    new Forwarder(deps, {
      ...forwarderDefaults,
      upstreams: options.upstreams.map((address) => ({ address, port: options.upstreamPort })),
      cache: cacheDefaults,
    }),
  );
  await forwarder.open();
  const zone = new Zone(index, options);
  const resolver = new Resolver(zone, forwarder, deps.clients, options);
  const server = scope.use(
    await openDnsServer(deps, options, (bytes, client, transport) =>
      resolver.answer(bytes, client, transport),
    ),
  );
  deps.log.info("DNS server listening", {
    addresses: options.addresses.join(" "),
    upstreams: options.upstreams.join(" "),
  });
  const owned = scope.move();
  return { addresses: server.addresses, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** `openDns` until the signal aborts. */
export async function runDns(
  deps: DnsDeps,
  options: DnsOptions,
  signal: AbortSignal,
): Promise<void> {
  await using _server = await openDns(deps, options, signal);
  await untilAborted(signal);
}
