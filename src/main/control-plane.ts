import { adminGroup, type ApiServer, authenticatedGroup, type User, userOf } from "#apiserver";
import type { Logger } from "#base";
import { type ClusterConfig, within } from "#cli";
import { type Client, createClient, InformerSet } from "#client";
import { allControllers, type VolumeDirectories } from "#controllers";
import { realClock, realDisk, realTimeZones, systemRandom } from "#host";
import { Scheduler } from "#scheduler";
import { hostNetworkParts } from "./host-network.ts";
import type { LocalNetwork } from "./local-network.ts";
import type { RunningPart } from "./run-parts.ts";

/** One node's share of the pod range: addresses for 254 pods. */
const nodePrefixLength = 24;

export interface ControlPlaneFacts {
  readonly config: ClusterConfig;
  readonly network: LocalNetwork;
  /** The cluster's own. */
  readonly directory: string;
  /** The cluster's certificate authority, PEM. */
  readonly authority: string;
  readonly logger: Logger;
}

/**
 * Controllers and scheduler, which speak to the API server in this process under upstream's names.
 * They read from the same caches.
 */
export function controlPlaneParts(
  api: ApiServer,
  facts: ControlPlaneFacts,
): readonly RunningPart[] {
  const { config, authority, logger } = facts;
  const ports = { clock: realClock, random: systemRandom };
  const controllers = componentClient(api, "system:kube-controller-manager");
  const scheduler = componentClient(api, "system:kube-scheduler");
  const log = logger.child({ component: "controllers" });
  const informers = new InformerSet({ ...ports, client: controllers, log });
  return [
    ...allControllers(
      { ...ports, client: controllers, informers, log },
      {
        podRange: { cidr: config.podNetwork, nodePrefixLength },
        authority,
        directories: volumeDirectories(facts.directory),
        timeZones: realTimeZones,
        clientOf: (account) => createClient(api.transportFor(accountOf(account))),
      },
    ),
    new Scheduler({
      ...ports,
      client: scheduler,
      informers,
      log: logger.child({ component: "scheduler" }),
    }),
    ...(config.runtime === "containerd" ? hostNetworkParts(informers, facts) : []),
    // Last: every informer must have been asked for before the set runs.
    { name: "informers", run: (signal) => informers.run(signal) },
  ];
}

/** A client that acts under the name of one of upstream's components, with that one's roles. */
function componentClient(api: ApiServer, name: string): Client {
  return createClient(api.transportFor(userOf(name, authenticatedGroup)));
}

/** The user that a service account of `kube-system` is. */
function accountOf(account: string): User {
  const groups = ["system:serviceaccounts", "system:serviceaccounts:kube-system"];
  const name = `system:serviceaccount:kube-system:${account}`;
  return userOf(name, ...groups, authenticatedGroup);
}

/** A client that may do everything, for what the server does to itself. */
export function ownerClient(api: ApiServer): Client {
  return createClient(api.transportFor(userOf("system:apiserver", adminGroup)));
}

/** Volumes are directories below the cluster's own, so that they go when the cluster goes. */
function volumeDirectories(directory: string): VolumeDirectories {
  return {
    async create(node, volume) {
      const path = `${within.node(directory, node)}/volumes/${volume}`;
      await realDisk.makeDirectory(path, { mode: 0o777 });
      // The mode of a new directory is cut down by the process's mask.
      await realDisk.setMode(path, 0o777);
      return path;
    },
    remove: (path) => realDisk.remove(path),
  };
}
