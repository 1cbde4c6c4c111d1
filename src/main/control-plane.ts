import { adminGroup, type ApiServer, authenticatedGroup, type User, userOf } from "#apiserver";
import type { Logger } from "#base";
import { type ClusterConfig, within } from "#cli";
import { type Client, createClient, InformerSet } from "#client";
import {
  allControllers,
  apiAccess,
  autoscalerDefaults,
  controllerMetrics,
  type ControllerOptions,
  type DecisionLog,
  type MetricChanges,
  type VolumeDirectories,
} from "#controllers";
import { realClock, realDisk, realTimeZones, systemRandom } from "#host";
import { ClusterAutoscaler, clusterAutoscalerDefaults, type NodeDecisionLog } from "#nodegroups";
import { Scheduler, schedulerDefaults, SchedulerMetrics } from "#scheduler";
import { leadershipGauge, ledPart } from "./elections.ts";
import { hostNetworkParts } from "./host-network.ts";
import type { LocalNetwork } from "./local-network.ts";
import type { ComponentCounting } from "./metrics-page.ts";
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
  /** Who holds the leases; see `ensureServerIdentity`. */
  readonly identity: string;
  readonly logger: Logger;
  /** What all parts read from; see `controlPlaneInformers`. */
  readonly informers: InformerSet;
  readonly counting: ComponentCounting;
  /** Tells when usage is known anew. */
  readonly usage: MetricChanges;
  /** Where it is told what autoscalers decided: about pods, and about nodes. */
  readonly decisions: { readonly pods: DecisionLog; readonly nodes: NodeDecisionLog };
  /** How triggers of ScaledObjects are read. */
  readonly triggers: ControllerOptions["triggers"];
}

/** The caches of the control plane, which run with its parts. */
export function controlPlaneInformers(
  api: ApiServer,
  {
    logger,
    port,
    counting,
  }: { readonly port: number } & Pick<ControlPlaneFacts, "logger" | "counting">,
): InformerSet {
  const ports = { clock: realClock, random: systemRandom };
  const transport = api.transportFor(componentUser("kube-controller-manager"));
  const client = createClient(counting.controllers.requests.observe(transport, hostOf(port)));
  return new InformerSet({ ...ports, client, log: logger.child({ component: "controllers" }) });
}

/**
 * Controllers and scheduler, which speak to the API server in this process under upstream's names,
 * each while this server holds its lease. They read from the same caches.
 */
export function controlPlaneParts(
  api: ApiServer,
  facts: ControlPlaneFacts,
): readonly RunningPart[] {
  const { config, authority, identity, logger, informers, counting } = facts;
  const ports = { clock: realClock, random: systemRandom };
  const clientOf = (component: keyof ComponentCounting, user: User) => {
    const { requests } = counting[component];
    return createClient(requests.observe(api.transportFor(user), hostOf(config.port)));
  };
  const client = clientOf("controllers", componentUser("kube-controller-manager"));
  const log = logger.child({ component: "controllers" });
  const controllers = {
    ...ports,
    client,
    informers,
    log,
    leadership: leadershipGauge(counting.controllers.meters),
    metrics: controllerMetrics(counting.controllers.meters, realClock),
  };
  const schedulerMeters = counting.scheduler.meters;
  const scheduler = {
    ...ports,
    client: clientOf("scheduler", componentUser("kube-scheduler")),
    informers,
    log: logger.child({ component: "scheduler" }),
    leadership: leadershipGauge(schedulerMeters),
    metrics: new SchedulerMetrics(schedulerMeters, realClock, schedulerDefaults.schedulerName),
  };
  const options = {
    podRange: { cidr: config.podNetwork, nodePrefixLength },
    authority,
    directories: volumeDirectories(facts.directory),
    timeZones: realTimeZones,
    autoscaling: {
      changes: facts.usage,
      decisions: facts.decisions.pods,
      options: autoscalerDefaults,
      access: apiAccess,
    },
    triggers: facts.triggers,
    clientOf: (account: string) => clientOf("controllers", accountOf(account)),
  };
  const nodes = {
    ...ports,
    client: clientOf("controllers", accountOf("cluster-autoscaler")),
    informers,
    log,
    leadership: controllers.leadership,
    decisions: facts.decisions.nodes,
  };
  const nodeOptions = { ...clusterAutoscalerDefaults, supply: supplyOf(config) };
  return [
    ledPart(nodes, { name: "cluster-autoscaler", identity }, () => [
      new ClusterAutoscaler(nodes, nodeOptions),
    ]),
    ledPart(controllers, { name: "kube-controller-manager", identity }, () =>
      allControllers(controllers, options),
    ),
    ledPart(scheduler, { name: "kube-scheduler", identity }, () => [new Scheduler(scheduler)]),
    ...(config.runtime === "containerd" ? hostNetworkParts(informers, facts) : []),
    { name: "informers", run: (signal) => informers.run(signal) },
  ];
}

/** Only nodes that pretend can be made of nothing. */
function supplyOf({ runtime }: ClusterConfig) {
  if (runtime === "simulated") return "present" as const;
  return { missing: "the nodes of this cluster are real; groups need --runtime simulated" };
}

/** As whom clients in this process know the server that they call directly. */
function hostOf(port: number): string {
  return `127.0.0.1:${port}`;
}

/** One of upstream's components, with the roles that go with its name. */
function componentUser(component: string): User {
  return userOf(`system:${component}`, authenticatedGroup);
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
