/** Makes the claims of pods' generic ephemeral volumes; they go with their pods, which own them. */

import { hasReason, type Live, type ObjectKey } from "#api";
import {
  type PersistentVolumeClaim,
  persistentVolumeClaim,
  type Pod,
  pod as podKind,
} from "#api/core/v1";
import { type Informer, keyOfObject, type Outcome, revisitAfter, settled } from "#client";
import {
  type Controller,
  type ControllerDeps,
  keyedController,
  type ReconcileContext,
} from "../controller.ts";
import { isBeingDeleted } from "../pod-facts.ts";
import { findOwnerKey } from "../pod-feed.ts";
import { ephemeralClaimName, planEphemeral } from "./plan.ts";

/** By then the cache shows what the server has. */
const overtakenRetryMs = 1_000;

interface EphemeralSources {
  readonly pods: Informer<Pod>;
  readonly claims: Informer<PersistentVolumeClaim>;
}

export function ephemeralVolumeController(deps: ControllerDeps): Controller {
  const sources: EphemeralSources = {
    pods: deps.informers.of(podKind),
    claims: deps.informers.of(persistentVolumeClaim),
  };
  return keyedController(deps, {
    name: "ephemeral_volume",
    queue: "ephemeral_volume",
    feed: (add) => [
      sources.pods.onChange(({ after }) => {
        if (after !== undefined && needsClaims(after)) add(keyOfObject(after));
      }),
      sources.claims.onChange(({ before, after }) => {
        if (before === undefined || after !== undefined) return;
        const owner = findOwnerKey(before, podKind);
        if (owner !== undefined) add(owner);
      }),
    ],
    reconcile: (context, key, signal) => reconcilePod(context, sources, key, signal),
  });
}

function needsClaims(pod: Live<Pod>): boolean {
  const { volumes = [] } = pod.spec;
  return !isBeingDeleted(pod) && volumes.some(({ ephemeral }) => ephemeral !== undefined);
}

async function reconcilePod(
  context: ReconcileContext,
  { pods, claims }: EphemeralSources,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<Outcome> {
  const pod = pods.cache.find(key);
  if (pod === undefined || !needsClaims(pod)) return settled;
  let isSettled = true;
  for (const volume of pod.spec.volumes ?? []) {
    const name = ephemeralClaimName(pod, volume);
    const plan = planEphemeral(pod, volume, claims.cache.find({ ...key, name }));
    if (plan.kind === "foreign") {
      report(context, pod, `ephemeral volume ${volume.name}: ${plan.message}`);
    } else if (plan.kind === "create") {
      isSettled = (await isCreated(context, plan.claim, signal)) && isSettled;
    }
  }
  return isSettled ? settled : revisitAfter(overtakenRetryMs);
}

/** False when there is one of that name, which the cache does not show yet. */
async function isCreated(
  { client }: ReconcileContext,
  claim: PersistentVolumeClaim,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await client.of(persistentVolumeClaim).create(claim, {}, signal);
    return true;
  } catch (error) {
    // Ours from an earlier pass, or somebody else's: the next look tells.
    if (!hasReason(error, "AlreadyExists")) throw error;
    return false;
  }
}

function report({ recorder }: ReconcileContext, { metadata }: Live<Pod>, message: string): void {
  const subject = { apiVersion: "v1", kind: "Pod", metadata };
  recorder.record(subject, { type: "Warning", reason: "FailedBinding", message });
}
