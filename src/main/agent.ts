/** One node of a cluster in one process: or all of them, when they are simulated. */
import { type Logger, type Meters, uncounted } from "#base";
import { type Client, ClientRequestMetrics, createClient, InformerSet } from "#client";
import type { ClusterConfig } from "#cli";
import { openHttpTransport, openLogger, realClock, realDisk, systemRandom } from "#host";
import { type LeafName, openPki } from "./credentials.ts";
import { type LiveIdentity, openLiveIdentity } from "./live-identity.ts";
import { type LocalNetwork, readLocalNetwork } from "./local-network.ts";
import { openNodeCounting } from "./metrics-page.ts";
import { runParts, type RunningPart } from "./run-parts.ts";
import { startupGarbagePart } from "./startup-garbage.ts";

/** Runs one node, or all nodes of a simulated cluster, until the signal aborts. */
export async function runAgent(
  directory: string,
  config: ClusterConfig,
  options: { readonly nodeName: string | undefined; readonly signal: AbortSignal },
): Promise<void> {
  const { nodeName, signal } = options;
  using logger = openLogger(realClock, { target: "stdout", level: "info", format: "json" });
  const network = await readLocalNetwork(realDisk, directory);
  const place: AgentPlace = { directory, config, network, log: logger };
  if (nodeName === undefined) {
    const leaf = { kind: "simulated-nodes" } as const;
    await using session = await openSession(place, leaf, uncounted);
    const { simulatedNodeParts } = await import("./node/simulated-nodes.ts");
    await runParts(
      [...(await simulatedNodeParts(session, place)), ...sessionParts(session)],
      signal,
    );
    return;
  }
  const log = logger.child({ node: nodeName });
  const counting = openNodeCounting();
  const leaf = { kind: "node", node: nodeName } as const;
  await using session = await openSession({ ...place, log }, leaf, counting.agent.meters);
  const { openRealNode } = await import("./node/real-node.ts");
  const on = { ...place, log, counting };
  await using node = await openRealNode(session, on, nodeName, signal);
  await runParts([...node.parts, startupGarbagePart, ...sessionParts(session)], signal);
}

/** The cluster that an agent belongs to, as this machine knows it. */
export interface AgentPlace {
  readonly directory: string;
  readonly config: ClusterConfig;
  readonly network: LocalNetwork;
  readonly log: Logger;
}

/** An agent's way to the API server, and what it keeps of the cluster's objects. */
export interface AgentSession extends AsyncDisposable {
  readonly client: Client;
  readonly informers: InformerSet;
  /** As whom the agent speaks. */
  readonly identity: LiveIdentity;
}

async function openSession(
  place: AgentPlace,
  leaf: LeafName,
  meters: Meters,
): Promise<AgentSession> {
  const { directory, config, network, log } = place;
  const pki = await openPki({ disk: realDisk, clock: realClock }, directory);
  const certified = { clock: realClock, random: systemRandom, log };
  const identity = await openLiveIdentity(certified, { pki, config, network }, leaf);
  const transport = await openHttpTransport({
    server: { host: network.hostAddress, port: config.port },
    tls: () => identity.tls,
    bearerToken: undefined,
    protocol: "http2",
  });
  const requests = new ClientRequestMetrics(meters, realClock);
  const client = createClient(requests.observe(transport, `${network.hostAddress}:${config.port}`));
  const informers = new InformerSet({ client, clock: realClock, random: systemRandom, log });
  return {
    client,
    informers,
    identity,
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
  };
}

function sessionParts({ informers, identity }: AgentSession): readonly RunningPart[] {
  return [
    { name: "client certificate", run: (signal) => identity.run(signal) },
    { name: "informers", run: (signal) => informers.run(signal) },
  ];
}
