/** One node of a cluster in one process: or all of them, when they are simulated. */
import type { Logger } from "#base";
import { createClient, InformerSet } from "#client";
import { type ClusterConfig, within } from "#cli";
import { openHttpTransport, openLogger, realClock, realDisk, systemRandom } from "#host";
import { NetworkMetrics } from "#network";
import { identityOf, openPki } from "./credentials.ts";
import { readLocalNetwork } from "./local-network.ts";
import { nodeNetworkParts } from "./node-network.ts";
import { openNodeRuntime } from "./node-runtime.ts";
import { runParts } from "./run-parts.ts";

/** Runs one node, or all nodes of a simulated cluster, until the signal aborts. */
export async function runAgent(
  directory: string,
  config: ClusterConfig,
  options: { readonly nodeName: string | undefined; readonly signal: AbortSignal },
): Promise<void> {
  using logger = openLogger(realClock, { target: "stdout", level: "info" });
  if (options.nodeName === undefined) throw new Error("simulated nodes are not there yet");
  const log = logger.child({ node: options.nodeName });
  await runRealNode(directory, config, { name: options.nodeName, log, signal: options.signal });
}

async function runRealNode(
  directory: string,
  config: ClusterConfig,
  options: { readonly name: string; readonly log: Logger; readonly signal: AbortSignal },
): Promise<void> {
  const { name, log, signal } = options;
  const network = await readLocalNetwork(realDisk, directory);
  const node = network.nodes.find((found) => found.name === name);
  if (node === undefined) throw new Error(`no node ${name} in this cluster`);
  const pki = await openPki({ disk: realDisk, clock: realClock }, directory);
  const identity = await identityOf(pki, config, network, { kind: "node", node: name });
  const tls = {
    authorities: identity.authority,
    verification: "full",
    serverName: undefined,
    identity,
  } as const;
  await using transport = await openHttpTransport({
    server: { host: network.hostAddress, port: config.port },
    tls: () => tls,
    bearerToken: undefined,
    protocol: "http2",
  });
  const client = createClient(transport);
  const informers = new InformerSet({ client, clock: realClock, random: systemRandom, log });
  await using place = await openNodeRuntime(within.node(directory, name), log, signal);
  log.info("containerd answers");
  const facts = { config, network, node, metrics: new NetworkMetrics() };
  const networkParts = await nodeNetworkParts(informers, facts, place, log);
  await runParts(
    [place.part, ...networkParts, { name: "informers", run: (ending) => informers.run(ending) }],
    signal,
  );
}
