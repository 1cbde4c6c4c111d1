/**
 * What every controller is made of: informers that feed a work queue, and a reconciler that brings
 * one object at a time to its desired state. A reconciler reads caches, lets a pure `plan…` function
 * decide, and applies the plan; whatever fails is tried again by the queue with fresh state.
 */

import type { Clock, Logger, Random } from "#base";
import {
  type Client,
  type EventRecorder,
  type InformerSet,
  type Outcome,
  parseKey,
  QueueingEventRecorder,
  settled,
  WorkQueue,
  workQueueDefaults,
} from "#client";
import type { ObjectKey } from "#api";
import type { ControllerMetrics } from "./metrics.ts";
import { isNamespaceGoing } from "./terminating-namespace.ts";

export interface ControllerDeps {
  readonly client: Client;
  /** Shared by all controllers of a process; run by whoever made it. */
  readonly informers: InformerSet;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics: ControllerMetrics;
}

/** A running part of the control plane; `run` blocks until aborted. */
export interface Controller {
  readonly name: string;
  run(signal: AbortSignal): Promise<void>;
}

/** What a reconciler gets besides its key. */
export interface ReconcileContext {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics: ControllerMetrics;
  readonly recorder: EventRecorder;
}

export interface KeyedControllerOptions {
  /** As shown in Events: `deployment-controller`. */
  readonly name: string;
  /** As its work queue is called in metrics: `deployment`. */
  readonly queue: string;
  readonly workerCount?: number;
  /** Connects informers to the queue; returns what to dispose of when the controller stops. */
  readonly feed: (add: (key: ObjectKey) => void) => readonly Disposable[];
  readonly reconcile: (
    context: ReconcileContext,
    key: ObjectKey,
    signal: AbortSignal,
  ) => Promise<Outcome>;
}

/** A controller that works on one object at a time, named by its key. */
export function keyedController(deps: ControllerDeps, options: KeyedControllerOptions): Controller {
  return {
    name: options.name,
    async run(signal) {
      const log = deps.log.child({ controller: options.name });
      const recorder = new QueueingEventRecorder({ ...deps, log }, { component: options.name });
      const context: ReconcileContext = { ...deps, log, recorder };
      const queue = new WorkQueue(
        { ...deps, log, observer: deps.metrics.queues.observerOf(options.queue) },
        { ...workQueueDefaults, workerCount: options.workerCount ?? workQueueDefaults.workerCount },
        (key, passSignal) =>
          unlessNamespaceGoes(options.reconcile(context, parseKey(key), passSignal)),
      );
      const feeds = options.feed((key) => queue.add(formatQueueKey(key)));
      try {
        await deps.informers.synced(signal);
        await Promise.all([queue.run(signal), recorder.run(signal)]);
      } finally {
        for (const feed of feeds) feed[Symbol.dispose]();
      }
    },
  };
}

/** Nothing is left to do for what goes with its namespace; trying again would only make noise. */
async function unlessNamespaceGoes(pass: Promise<Outcome>): Promise<Outcome> {
  try {
    return await pass;
  } catch (error) {
    if (isNamespaceGoing(error)) return settled;
    throw error;
  }
}

function formatQueueKey(key: ObjectKey): string {
  return key.namespace === "" ? key.name : `${key.namespace}/${key.name}`;
}
