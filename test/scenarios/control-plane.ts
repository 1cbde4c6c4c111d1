/**
 * The control plane in one process under a virtual clock: the real API server on a store in memory
 * and every controller, but no scheduler and no nodes. Tests play those themselves.
 */

import { silentLogger, type TimeZone, utc } from "#base";
import { RecordingMeters, seededRandom, VirtualClock } from "#base/testing";
import type { Live } from "#api";
import { type Event, event, type Pod, pod, type PodStatus } from "#api/core/v1";
import { type ComputedGroup, userOf } from "#apiserver";
import {
  defaultAuthorizer,
  openTestApiServer,
  type TestApiServerOptions,
} from "#apiserver/testing";
import { type Client, createClient, InformerSet, keyOfObject } from "#client";
import {
  allControllers,
  apiAccess,
  autoscalerDefaults,
  controllerMetrics,
  type ControllerOptions,
  DecisionLog,
  type MetricChanges,
  TriggerHealth,
} from "#controllers";

export interface ControlPlane {
  readonly client: Client;
  /** What the controllers read from. */
  readonly informers: InformerSet;
  readonly clock: VirtualClock;
  /** What the controllers count. */
  readonly meters: RecordingMeters;
  readonly signal: AbortSignal;
  /** Of the autoscalers. */
  readonly decisions: DecisionLog;
  /** Lets the controllers work for this long; 100 ms suffice for what is due at once. */
  settle(durationMs?: number): Promise<void>;
  /** The pods of the namespace `default`, by name. */
  pods(): Promise<readonly Live<Pod>[]>;
  /** Plays the node: the pod's status is merged with this. */
  report(pod: Live<Pod>, status: PodStatus): Promise<void>;
  /** The Events of the namespace `default`, as `reason: message`, oldest first. */
  events(): Promise<readonly string[]>;
}

/** Who answers the metrics APIs. */
export interface Figures {
  readonly groups: readonly ComputedGroup[];
  readonly changes: MetricChanges;
  readonly triggers: ControllerOptions["triggers"];
}

/** Nothing is ever new. */
export const noChanges: MetricChanges = { onChange: () => ({ [Symbol.dispose]: () => {} }) };

/** Nobody answers PromQL. */
export function noTriggers(): Figures["triggers"] {
  const values = () => Promise.reject(new Error("no PromQL in this scenario"));
  return { prom: { values }, health: new TriggerHealth() };
}

/** Nothing is measured. */
export function noFigures(): Figures {
  return { groups: [], changes: noChanges, triggers: noTriggers() };
}

const tokyo: TimeZone = { offsetMsAt: () => 9 * 3_600_000 };
/** There is one more zone than the own. */
export const timeZones = {
  local: utc,
  find: (name: string) => (name === "Asia/Tokyo" ? tokyo : undefined),
};

/** Runs `scenario` against a control plane of its own, and stops it. */
export async function withControlPlane(
  scenario: (plane: ControlPlane) => Promise<void>,
  figures: Figures = noFigures(),
  admission: TestApiServerOptions["admission"] = () => [],
): Promise<void> {
  const clock = new VirtualClock();
  const meters = new RecordingMeters();
  const stop = new AbortController();
  const { signal } = stop;
  await using api = await openTestApiServer({
    clock,
    authorizer: defaultAuthorizer(),
    computedGroups: figures.groups,
    admission,
  });
  const client = createClient(api.transport);
  // As in a cluster, so that every scenario proves that the roles of its controllers suffice.
  const clientOf = (account: string) => {
    const user = userOf(`system:serviceaccount:kube-system:${account}`, "system:authenticated");
    return createClient(api.transportFor(user));
  };
  const deps = { client, clock, random: seededRandom(7), log: silentLogger };
  const informers = new InformerSet(deps);
  const decisions = new DecisionLog();
  const podRange = { cidr: "10.42.0.0/16", nodePrefixLength: 24 };
  const controllers = allControllers(
    { ...deps, informers, metrics: controllerMetrics(meters, clock) },
    {
      podRange,
      authority: "",
      directories: noDirectories,
      timeZones,
      triggers: figures.triggers,
      autoscaling: {
        changes: figures.changes,
        decisions,
        options: autoscalerDefaults,
        access: apiAccess,
      },
      clientOf,
    },
  );
  const parts = [informers, ...controllers].map((part) => part.run(signal));
  const running = Promise.allSettled(parts);
  const plane: ControlPlane = {
    client,
    informers,
    decisions,
    clock,
    meters,
    signal,
    settle: (durationMs = 100) => clock.advance(durationMs),
    pods: async () => {
      const { items } = await client.of(pod).list({ namespace: "default" }, signal);
      return [...items].sort((left, right) => (left.metadata.name < right.metadata.name ? -1 : 1));
    },
    report: async (reported, status) => {
      const body = { status: structuredClone(status) };
      const patch = { type: "strategic", body } as const;
      await client.of(pod).patchStatus(keyOfObject(reported), patch, {}, signal);
    },
    events: async () => showEvents(client, signal),
  };
  try {
    await plane.settle();
    await scenario(plane);
  } finally {
    stop.abort();
    await running;
  }
}

async function showEvents(client: Client, signal: AbortSignal): Promise<readonly string[]> {
  const { items } = await client.of(event).list({ namespace: "default" }, signal);
  const revisionOf = ({ metadata }: Live<Event>): number => Number(metadata.resourceVersion);
  return [...items]
    .sort((left, right) => revisionOf(left) - revisionOf(right))
    .map(({ reason, message }) => `${reason}: ${message}`);
}

/** Scenarios run pods without files. */
const noDirectories = {
  create: () => Promise.reject(new Error("no volumes in this scenario")),
  remove: () => Promise.resolve(),
};
