/** The control plane: API server, store, controllers and scheduler in one process. */
import {
  type ApiServer,
  type ComputedGroup,
  computedGroupOf,
  defaultApiServerOptions,
  Objects,
  openAccess,
  openApiServer,
} from "#apiserver";
import type { Logger, SocketAddress } from "#base";
import { DecisionLog, decisionObjects } from "#controllers";
import { type ClusterConfig, within } from "#cli";
import {
  openLmdbLog,
  openLogger,
  openServiceAccountKeys,
  realClock,
  realDisk,
  realGzip,
  realMachine,
  systemRandom,
} from "#host";
import { compressing } from "#http";
import { NodeDecisionLog, nodeDecisionObjects } from "#nodegroups";
import { openStore } from "#store";
import { ensureBootstrapObjects, ensureClientAuthority } from "./bootstrap-objects.ts";
import { ensureDefaultPolicy } from "./bootstrap-policy.ts";
import {
  type ControlPlaneFacts,
  controlPlaneInformers,
  controlPlaneParts,
  ownerClient,
} from "./control-plane.ts";
import { historyDefaults, keepHistory } from "./history.ts";
import type { LiveIdentity } from "./live-identity.ts";
import { type LocalNetwork, readLocalNetwork } from "./local-network.ts";
import { openServerPages } from "./metrics-page.ts";
import { nodeConnector } from "./node-transport.ts";
import { openOnCallMount } from "./oncall/on-call-mount.ts";
import { openRenewedServer } from "./renewed-server.ts";
import { runParts } from "./run-parts.ts";
import { startupGarbagePart } from "./startup-garbage.ts";
import { openServerCertificates } from "./server-certificates.ts";
import { ensureServerIdentity } from "./server-identity.ts";
import { openClusterMetrics } from "./cluster-metrics.ts";
import { clusterUsage } from "./usage.ts";

/** How long requests may take to finish when the server stops. */
const closeGraceMs = 2_000;

/** Runs the control plane of a cluster until the signal aborts. */
export async function runServer(
  directory: string,
  config: ClusterConfig,
  signal: AbortSignal,
): Promise<void> {
  using logger = openLogger(realClock, { target: "stdout", level: "info", format: "json" });
  const network = await readLocalNetwork(realDisk, directory);
  const certificates = await openServerCertificates(directory, { config, network }, logger);
  const { authority } = certificates.serving.current;
  await using store = await openStore(await openLmdbLog(within.store(directory)));

  const apiLogger = logger.child({ component: "apiserver" });
  const objects = new Objects({ store, clock: realClock, logger: apiLogger });
  const signer = await openServiceAccountKeys(realDisk, serviceAccountKeyIn(directory));
  const ports = { objects, clock: realClock, random: systemRandom };
  const access = await openAccess({ ...ports, signer }, { issuer: issuerOf(config) });
  const decisions = { pods: new DecisionLog(), nodes: new NodeDecisionLog() };
  // Asked once the server runs, which answers their requests.
  const later = {
    client: () => client,
    informers: () => informers,
    tls: () => certificates.toAgents.tls,
  };
  const logOf = (component: string) => logger.child({ component });
  const usage = clusterUsage({ clock: realClock, log: logOf("usage"), ...later });
  const metricsDeps = { directory, log: logOf("metrics"), ...later };
  await using metrics = await openClusterMetrics(config, metricsDeps);
  await using onCall = await openOnCallMount(directory);
  const { counting, served } = openServerPages();
  const deps = {
    ...ports,
    ...served,
    logger: apiLogger,
    ...access,
    computedGroups: [usage.group, explanations(decisions)],
    dynamicGroups: metrics.groups,
    mounts: [onCall],
    nodes: nodeConnector(later.client, later.tls, network.hostAddress),
  };
  const api = await openApiServer(deps, {
    ...defaultApiServerOptions,
    serverAddress: `${network.hostAddress}:${config.port}`,
    serviceNetwork: config.serviceNetwork,
  });
  const client = ownerClient(api);
  const informers = controlPlaneInformers(api, { logger, port: config.port, counting });

  await ensureBootstrapObjects(client, config, network, signal);
  await ensureClientAuthority(client, authority, signal);
  await ensureDefaultPolicy(client, signal);
  const addresses = listenAddresses(network).map((address) => ({ address, port: config.port }));
  await using _listening = await listenOn(addresses, api, certificates.serving, logger);
  const identity = await leaseHolder(directory);
  const collector = usage.collector();
  const place = { config, directory, network, authority };
  const { triggers } = metrics;
  const shared = { logger, informers, counting, usage: collector, decisions, triggers };
  const parts = controlPlaneParts(api, { ...place, ...shared, identity });
  const history = { store, clock: realClock, logger: logOf("store") };
  await runParts(
    [
      { name: "apiserver", run: (ending) => api.run(ending) },
      { name: "history", run: (ending) => keepHistory(history, historyDefaults, ending) },
      ...certificates.parts,
      startupGarbagePart,
      { name: "usage", run: (ending) => collector.run(ending) },
      ...metrics.parts(),
      ...parts,
    ],
    signal,
  );
}

/** Why the cluster did what it did. */
function explanations({ pods, nodes }: ControlPlaneFacts["decisions"]): ComputedGroup {
  return computedGroupOf("explain.wherry", [decisionObjects(pods), nodeDecisionObjects(nodes)]);
}

async function leaseHolder(directory: string): Promise<string> {
  const { hostname } = await realMachine.describe();
  return ensureServerIdentity({ disk: realDisk, random: systemRandom }, directory, hostname);
}

async function listenOn(
  addresses: readonly SocketAddress[],
  api: ApiServer,
  identity: LiveIdentity,
  logger: Logger,
): Promise<AsyncDisposable> {
  await using opening = new AsyncDisposableStack();
  const handler = compressing(api, realGzip);
  const log = logger.child({ component: "https" });
  for (const local of addresses) {
    const options = { local, identity, closeGraceMs };
    opening.use(await openRenewedServer({ handler, log }, options));
    logger.info("serving", { ...local });
  }
  return opening.move();
}

/** Nodes reach the machine by its address on their bridge; nobody else's network is listened on. */
function listenAddresses({ hostAddress }: LocalNetwork): readonly string[] {
  return [...new Set(["127.0.0.1", hostAddress])];
}

/** The name under which pods reach the server, as upstream's installers have it. */
function issuerOf({ domain }: ClusterConfig): string {
  return `https://kubernetes.default.svc.${domain}`;
}

function serviceAccountKeyIn(directory: string): string {
  return `${within.pki(directory)}/service-account.key`;
}
