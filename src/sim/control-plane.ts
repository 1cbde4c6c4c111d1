/**
 * A control plane in one process on a clock of its own: the real API server on a store in memory, and the
 * real controllers and scheduler. What is missing are nodes and load, which are modelled.
 */

import { type Authorizer, Objects, openApiServer, type TokenIssuer, userOf } from "#apiserver";
import { type Clock, type Random, silentLogger, uncounted } from "#base";
import { type Client, createClient, InformerSet } from "#client";
import {
  autoscalerDefaults,
  type AutoscalerDeps,
  controllerMetrics,
  type MetricsSource,
  scalingControllers,
} from "#controllers";
import {
  ClusterAutoscaler,
  clusterAutoscalerDefaults,
  type ClusterAutoscalerDeps,
} from "#nodegroups";
import { Scheduler, schedulerDefaults, SchedulerMetrics } from "#scheduler";
import { openMemoryStore } from "#store";
import { directAccess } from "./direct-access.ts";
import { quietTransport } from "./quiet-transport.ts";

export interface PlaneDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** What autoscalers are told. */
  readonly figures: MetricsSource;
  /** Where autoscalers tell what they decided. */
  readonly decisions: AutoscalerDeps["decisions"];
  /** Where it is told what was decided about nodes; undefined where they stay as they are. */
  readonly nodeDecisions: ClusterAutoscalerDeps["decisions"] | undefined;
}

export interface SimulatedPlane extends AsyncDisposable {
  readonly client: Client;
  readonly informers: InformerSet;
  readonly signal: AbortSignal;
}

/** Starts one; disposing of it stops everything. The clock has to be advanced for anything to happen. */
export async function openSimulatedPlane(deps: PlaneDeps): Promise<SimulatedPlane> {
  const { clock, random } = deps;
  const store = await openMemoryStore();
  const objects = new Objects({ store, clock, logger: silentLogger });
  const server = await openApiServer({
    objects,
    clock,
    random,
    logger: silentLogger,
    authenticator: { authenticate: async () => owner },
    authorizer: allowing,
    admission: [],
    reviews: [],
    computedGroups: [],
    dynamicGroups: [],
    nodes: noNodes,
    tokens: noTokens,
    meters: uncounted,
    metricsPages: new Map(),
    mounts: [],
  });
  const stop = new AbortController();
  const { signal } = stop;
  const client = createClient(quietTransport(server.transportFor(owner)));
  const ports = { client, clock, random, log: silentLogger };
  const informers = new InformerSet(ports);
  const controllers = scalingControllers(
    { ...ports, informers, metrics: controllerMetrics(uncounted, clock) },
    {
      changes: neverNew,
      decisions: deps.decisions,
      options: autoscalerDefaults,
      access: (own) => directAccess(own, informers, deps.figures),
    },
  );
  const metrics = new SchedulerMetrics(uncounted, clock, schedulerDefaults.schedulerName);
  const scheduler = new Scheduler({ ...ports, informers, metrics });
  const nodeParts = nodeAutoscalers({ ...ports, informers }, deps.nodeDecisions);
  const parts = [server, informers, ...controllers, scheduler, ...nodeParts].map((part) =>
    part.run(signal),
  );
  const ended = Promise.allSettled(parts);
  return {
    client,
    informers,
    signal,
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await ended;
    },
  };
}

/** Nobody reads the status of a simulation. */
const nodeOptions = { ...clusterAutoscalerDefaults, statusMs: Number.POSITIVE_INFINITY };

function nodeAutoscalers(
  deps: Omit<ClusterAutoscalerDeps, "decisions">,
  decisions: PlaneDeps["nodeDecisions"],
): readonly ClusterAutoscaler[] {
  return decisions === undefined
    ? []
    : [new ClusterAutoscaler({ ...deps, decisions }, nodeOptions)];
}

const owner = userOf("simulation", "system:masters");

/** There is nobody else. */
const allowing: Authorizer = { authorize: async () => ({ allowed: true, reason: "" }) };

/** Figures are looked at when the autoscaler's time has come. */
const neverNew = { onChange: () => ({ [Symbol.dispose]: () => {} }) };

const noNodes = {
  connectNode: async () => {
    throw new Error("simulated nodes take no connections");
  },
  connectAddress: async () => {
    throw new Error("simulated nodes take no connections");
  },
};

const noTokens: TokenIssuer = {
  issue: async () => {
    throw new Error("a simulation has nobody to issue tokens to");
  },
  defaultAudiences: [],
  issuer: "",
  publicKeys: [],
};
