/**
 * Runs a pod on every node that fits, and keeps it up to date.
 *
 * Source of the behaviour: upstream's `pkg/controller/daemon`.
 */

import { compileLabelSelector, type Live, matchesLabels, type ObjectKey } from "#api";
import {
  type ControllerRevision,
  controllerRevision as controllerRevisionKind,
  type DaemonSet,
  type DaemonSetStatus,
  daemonSet as daemonSetKind,
} from "#api/apps/v1";
import { type Node, node as nodeKind, type Pod, pod as podKind } from "#api/core/v1";
import {
  formatKey,
  type Informer,
  keyOfObject,
  type ObjectChange,
  type Outcome,
  revisitAfter,
  settled,
} from "#client";
import {
  type Controller,
  type ControllerDeps,
  keyedController,
  type ReconcileContext,
} from "../controller.ts";
import { Expectations } from "../expectations.ts";
import { createPods, deletePods } from "../expected-pods.ts";
import { applyClaims, claimCandidates, type Owner, planClaims } from "../ownership.ts";
import { isBeingDeleted, isTerminal } from "../pod-facts.ts";
import { enqueueOwnersOf } from "../pod-feed.ts";
import { canonicalText, podFromTemplate } from "../pod-template.ts";
import { nextAvailabilityMs } from "../replica-count.ts";
import { ensureRevision, trimHistory } from "../revisions.ts";
import { FailureBackOff } from "./failure-back-off.ts";
import { daemonPodSpec, fitOf, nodeOf } from "./placement.ts";
import { type DaemonPlan, planDaemons, planUpdate } from "./plan.ts";
import { type DaemonView, hashLabel, statusOfDaemons, viewDaemons } from "./view.ts";

interface DaemonSetSources {
  readonly sets: Informer<DaemonSet>;
  readonly pods: Informer<Pod>;
  readonly nodes: Informer<Node>;
  readonly revisions: Informer<ControllerRevision>;
  readonly expectations: Expectations;
  readonly failures: FailureBackOff;
}

export function daemonSetController(deps: ControllerDeps): Controller {
  const sources: DaemonSetSources = {
    sets: deps.informers.of(daemonSetKind),
    pods: deps.informers.of(podKind),
    nodes: deps.informers.of(nodeKind),
    revisions: deps.informers.of(controllerRevisionKind),
    expectations: new Expectations(),
    failures: new FailureBackOff(),
  };
  return keyedController(deps, {
    name: "daemonset-controller",
    queue: "daemonset",
    feed: (add) => [
      sources.sets.onChange(({ before, after }) => {
        const object = after ?? before;
        if (object === undefined) return;
        add(keyOfObject(object));
        if (after === undefined) sources.failures.forget(object.metadata.uid);
      }),
      sources.nodes.onChange((change) => {
        for (const set of sources.sets.cache.list()) {
          if (isConcerned(set, change)) add(keyOfObject(set));
        }
      }),
      enqueueOwnersOf(sources.pods, {
        owners: sources.sets.cache,
        ownerKind: daemonSetKind,
        selectorOf: ({ spec }) => compileLabelSelector(spec.selector),
        expectations: sources.expectations,
        add,
      }),
    ],
    reconcile: (context, key, signal) => reconcileDaemonSet(context, sources, key, signal),
  });
}

/** Nodes report often; only a change of what the set looks at concerns it. */
function isConcerned(set: Live<DaemonSet>, { before, after }: ObjectChange<Node>): boolean {
  if (before === undefined || after === undefined) return true;
  return fitOf(set, before) !== fitOf(set, after);
}

/** One pass over one DaemonSet. */
interface Pass {
  readonly context: ReconcileContext;
  readonly sources: DaemonSetSources;
  readonly set: Live<DaemonSet>;
  readonly owner: Owner;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

async function reconcileDaemonSet(
  context: ReconcileContext,
  sources: DaemonSetSources,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<Outcome> {
  const set = sources.sets.cache.find(key);
  // What it left behind belongs to the garbage collector.
  if (set === undefined || isBeingDeleted(set)) return settled;
  const owner: Owner = { apiVersion: "apps/v1", kind: "DaemonSet", metadata: set.metadata };
  const nowMs = context.clock.nowMs();
  const pass: Pass = { context, sources, set, owner, nowMs, signal };

  const { template, selector } = set.spec;
  const collisionCount = set.status.collisionCount ?? 0;
  const revised = { owner, template, selector, collisionCount, hashLabel };
  const ensured = await ensureRevision(context, sources.revisions.cache, revised, signal);
  const hash = ensured.revision.metadata.labels?.[hashLabel] ?? "";
  const pods = await claimPods(pass);
  const view = viewDaemons(set, hash, { nodes: sources.nodes.cache.list(), pods }, nowMs);

  const isCurrent = sources.expectations.areMet(formatKey(key), nowMs);
  const progress: Progress = isCurrent ? await advance(pass, view) : {};
  await writeStatus(pass, statusOfDaemons(view, ensured.collisionCount));
  if (progress.failure !== undefined) throw progress.failure.error;

  const limit = set.spec.revisionHistoryLimit ?? 10;
  const usedHashes = new Set([hash, ...pods.map(({ metadata }) => metadata.labels?.[hashLabel])]);
  const used = ensured.history.filter(({ metadata }) =>
    usedHashes.has(metadata.labels?.[hashLabel]),
  );
  const usedNames = new Set(used.map(({ metadata }) => metadata.name));
  await trimHistory(context, ensured.history, { limit, usedNames }, signal);
  const availableMs = nextAvailabilityMs(pods, set.spec.minReadySeconds ?? 0, nowMs);
  const waits = [availableMs, progress.waitMs].filter((waitMs) => waitMs !== undefined);
  return waits.length === 0 ? settled : revisitAfter(Math.min(...waits));
}

async function claimPods({ context, sources, set, owner, signal }: Pass) {
  const selector = compileLabelSelector(set.spec.selector);
  const candidates = claimCandidates(sources.pods.cache, owner);
  const claims = planClaims(owner, candidates, (labels) => matchesLabels(selector, labels));
  return applyClaims(context.client.of(podKind), owner, claims, signal);
}

interface Progress {
  /** When failed pods may be replaced. */
  readonly waitMs?: number | undefined;
  readonly failure?: { readonly error: unknown };
}

async function advance(pass: Pass, view: DaemonView): Promise<Progress> {
  const { plan, waitMs } = paced(pass, planDaemons(view));
  const isSettled = plan.create.length + plan.remove.length === 0;
  try {
    await applyPlan(pass, isSettled ? planUpdate(view) : plan, view.hash);
    return { waitMs };
  } catch (error) {
    // The status is written before the queue hears of it.
    return { failure: { error } };
  }
}

/** Leaves failed pods that were replaced a moment ago for later. */
function paced({ sources, set, nowMs }: Pass, plan: DaemonPlan) {
  const waits: number[] = [];
  const remove = plan.remove.filter((pod) => {
    if (pod.status.phase !== "Failed") return true;
    const waitMs = sources.failures.admit(`${set.metadata.uid}/${nodeOf(pod) ?? ""}`, nowMs);
    if (waitMs > 0) waits.push(waitMs);
    return waitMs === 0;
  });
  const waitMs = waits.length === 0 ? undefined : Math.min(...waits);
  return { plan: { ...plan, remove }, waitMs };
}

async function applyPlan(pass: Pass, plan: DaemonPlan, hash: string): Promise<void> {
  const { context, sources, set, owner, signal } = pass;
  const { pods, expectations } = sources;
  const key = formatKey(keyOfObject(set));
  const own = { context, owner, key, pods: pods.cache, expectations };
  const wanted = plan.create.map((nodeName) => podOfSet(pass, nodeName, hash));
  const { failure } = await createPods(own, wanted, signal);
  if (failure !== undefined) throw failure.error;
  for (const pod of plan.remove) reportEnd(pass, pod);
  await deletePods(own, plan.remove, signal);
}

function podOfSet({ set, owner }: Pass, nodeName: string, hash: string): Pod {
  const pod = podFromTemplate(set.spec.template, owner, `${set.metadata.name}-`);
  const labels = { ...pod.metadata?.labels, [hashLabel]: hash };
  const spec = daemonPodSpec(pod.spec ?? { containers: [] }, nodeName);
  return { ...pod, metadata: { ...pod.metadata, labels }, spec };
}

/** Daemons are not meant to end; their users are told when one did. */
function reportEnd({ context, owner }: Pass, pod: Live<Pod>): void {
  if (!isTerminal(pod)) return;
  const { namespace, name } = pod.metadata;
  const where = `daemon pod ${namespace}/${name} on node ${nodeOf(pod) ?? ""}`;
  if (pod.status.phase === "Failed") {
    const message = `Found failed ${where}, will try to kill it`;
    context.recorder.record(owner, { type: "Warning", reason: "FailedDaemonPod", message });
  } else {
    const message = `Found succeeded ${where}, will try to delete it`;
    context.recorder.record(owner, { type: "Normal", reason: "SucceededDaemonPod", message });
  }
}

async function writeStatus(pass: Pass, status: DaemonSetStatus): Promise<void> {
  const { context, set, signal } = pass;
  if (canonicalText(withoutZeros(status)) === canonicalText(withoutZeros(set.status))) return;
  await context.client.of(daemonSetKind).updateStatus({ ...set, status }, {}, signal);
}

/** Zero counts may be left out on the wire, so that zero and absent are the same here. */
function withoutZeros(status: DaemonSetStatus): object {
  return Object.fromEntries(Object.entries(status).filter(([, member]) => member !== 0));
}
