/** The control plane: API server, store, controllers and scheduler in one process. */
import { defaultApiServerOptions, Objects, openAccess, openApiServer } from "#apiserver";
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
import { openStore } from "#store";
import { ensureBootstrapObjects, ensureClientAuthority } from "./bootstrap-objects.ts";
import { ensureDefaultPolicy } from "./bootstrap-policy.ts";
import { controlPlaneParts, ownerClient } from "./control-plane.ts";
import { historyDefaults, keepHistory } from "./history.ts";
import { type LocalNetwork, readLocalNetwork } from "./local-network.ts";
import { nodeConnector } from "./node-transport.ts";
import { openRenewedServer } from "./renewed-server.ts";
import { runParts } from "./run-parts.ts";
import { openServerCertificates } from "./server-certificates.ts";
import { ensureServerIdentity } from "./server-identity.ts";

/** How long requests may take to finish when the server stops. */
const closeGraceMs = 2_000;

/** Runs the control plane of a cluster until the signal aborts. */
export async function runServer(
  directory: string,
  config: ClusterConfig,
  signal: AbortSignal,
): Promise<void> {
  using logger = openLogger(realClock, { target: "stdout", level: "info" });
  const network = await readLocalNetwork(realDisk, directory);
  const certificates = await openServerCertificates(directory, { config, network }, logger);
  const { authority } = certificates.serving.current;
  await using store = await openStore(await openLmdbLog(within.store(directory)));

  const apiLogger = logger.child({ component: "apiserver" });
  const objects = new Objects({ store, clock: realClock, logger: apiLogger });
  const signer = await openServiceAccountKeys(realDisk, serviceAccountKeyIn(directory));
  const ports = { objects, clock: realClock, random: systemRandom };
  const access = await openAccess({ ...ports, signer }, { issuer: issuerOf(config) });
  const deps = {
    ...ports,
    logger: apiLogger,
    ...access,
    computedGroups: [],
    nodes: nodeConnector(
      () => client,
      () => certificates.toAgents.tls,
      network.hostAddress,
    ),
  };
  const api = await openApiServer(deps, {
    ...defaultApiServerOptions,
    serverAddress: `${network.hostAddress}:${config.port}`,
    serviceNetwork: config.serviceNetwork,
  });
  const client = ownerClient(api);

  await ensureBootstrapObjects(client, config, network, signal);
  await ensureClientAuthority(client, authority, signal);
  await ensureDefaultPolicy(client, signal);
  await using stack = new AsyncDisposableStack();
  const handler = compressing(api, realGzip);
  const log = logger.child({ component: "https" });
  for (const address of listenAddresses(network)) {
    const local = { address, port: config.port };
    const options = { local, identity: certificates.serving, closeGraceMs };
    stack.use(await openRenewedServer({ handler, log }, options));
    logger.info("serving", local);
  }
  const { hostname } = await realMachine.describe();
  const holder = await ensureServerIdentity(
    { disk: realDisk, random: systemRandom },
    directory,
    hostname,
  );
  const history = { store, clock: realClock, logger: logger.child({ component: "store" }) };
  await runParts(
    [
      { name: "apiserver", run: (ending) => api.run(ending) },
      { name: "history", run: (ending) => keepHistory(history, historyDefaults, ending) },
      ...certificates.parts,
      ...controlPlaneParts(api, {
        config,
        directory,
        network,
        authority,
        identity: holder,
        logger,
      }),
    ],
    signal,
  );
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
