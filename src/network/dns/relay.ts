/**
 * A way out for nodes on a machine whose only resolver listens on loopback, where they cannot reach
 * it: a relay on the machine's address on their bridge. Runs in the host's namespace.
 */

import type { SocketAddress } from "#base";
import { untilAborted } from "../until-aborted.ts";
import { cacheDefaults } from "./answer-cache.ts";
import { Forwarder, type ForwarderDeps, forwarderDefaults } from "./forwarder.ts";
import { parseQuery, responseCodes } from "./query.ts";
import { encodeFailure, encodeRefusal } from "./records.ts";
import { type DnsServerDeps, type DnsServerOptions, openDnsServer } from "./server.ts";

export interface DnsRelayDeps extends ForwarderDeps, DnsServerDeps {}

export interface DnsRelayOptions extends DnsServerOptions {
  /** The machine's resolvers, loopback ones among them. */
  readonly upstreams: readonly SocketAddress[];
}

/**
 * Relays until the signal aborts, if there is anybody to relay to. When the addresses are taken, the machine's resolver listens there
 * itself, which serves as well.
 */
export async function runDnsRelay(
  deps: DnsRelayDeps,
  options: DnsRelayOptions,
  signal: AbortSignal,
): Promise<void> {
  const { upstreams } = options;
  if (upstreams.length === 0) {
    await untilAborted(signal);
    return;
  }
  const cache = { ...cacheDefaults, entriesMax: 0 };
  await using forwarder = new Forwarder(deps, { ...forwarderDefaults, upstreams, cache });
  await forwarder.open();
  const answer = (bytes: Uint8Array, _client: string, transport: "udp" | "tcp") => {
    const parsed = parseQuery(bytes);
    if (parsed.kind === "ignore") return undefined;
    if (parsed.kind === "refusal") return encodeRefusal(parsed.id, parsed.responseCode);
    return forwarder
      .answer(parsed.query, transport)
      .then((found) => found ?? encodeFailure(parsed.query, responseCodes.serverFailure));
  };
  const server = await openDnsServer(deps, options, answer).catch((error: unknown) => {
    if (Object(error).code !== "EADDRINUSE") throw error;
    deps.log.info("the machine's resolver serves the nodes itself", {
      addresses: options.addresses.join(" "),
    });
    return undefined;
  });
  await untilAborted(signal);
  await server?.[Symbol.asyncDispose]();
}
