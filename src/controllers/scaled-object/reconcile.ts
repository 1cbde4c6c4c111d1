/**
 * Scales workloads by what there is to do: KEDA's ScaledObject. Between one pod and many an autoscaler
 * does it, which is made and kept here; to nothing and back is done here, at every poll of the triggers.
 */

import { asJsonObject, hasReason, type Live, type ObjectKey, StatusError } from "#api";
import {
  type HorizontalPodAutoscaler,
  horizontalPodAutoscaler as autoscalerKind,
} from "#api/autoscaling/v2";
import {
  type GroupVersionKindResource,
  type ScaledObject,
  scaledObject as scaledObjectKind,
} from "#api/keda/v1alpha1";
import { quoteGo } from "#base";
import { formatKey, keyOfObject, type Outcome, revisitAfter, settled } from "#client";
import {
  type Controller,
  type ControllerDeps,
  keyedController,
  type ReconcileContext,
} from "../controller.ts";
import { isBeingDeleted } from "../pod-facts.ts";
import { findOwnerKey } from "../pod-feed.ts";
import { canonicalText } from "../pod-template.ts";
import { findResourcePath } from "../resource-path.ts";
import { readScale, type TargetScale, writeScale } from "../scale-target.ts";
import { type Activation, decideActivation } from "./activation.ts";
import { steeringOf } from "./annotations.ts";
import {
  autoscalerStep,
  CheckError,
  checkBounds,
  checkSoleOwner,
  checkSupported,
  targetStep,
} from "./check.ts";
import { deleteAutoscaler, ensureAutoscaler } from "./ensure-autoscaler.ts";
import { tellChanges, tellFailure, tellResize, tellStart } from "./events.ts";
import { type Findings, kindText, nextStatus } from "./next-status.ts";
import { type Parts, type Pass, record, type ScaledObjectDeps } from "./pass.ts";
import { autoscalerName, ownerLabel } from "./planned-autoscaler.ts";
import { targetReference } from "./target.ts";
import { parseTriggers, type Trigger, TriggerError } from "./trigger.ts";
import { readTrigger } from "./trigger-reading.ts";

const finalizer = "finalizer.keda.sh";
const pollingSecondsDefault = 30;

export function scaledObjectController(deps: ControllerDeps, own: ScaledObjectDeps): Controller {
  const scaledObjects = deps.informers.of(scaledObjectKind);
  const autoscalers = deps.informers.of(autoscalerKind);
  const parts: Parts = { ...own, scaledObjects, autoscalers, started: new Map() };
  return keyedController(deps, {
    name: "keda-operator",
    queue: "scaledobject",
    feed: (add) => [
      scaledObjects.onChange(({ before, after }) => {
        const object = after ?? before;
        if (object !== undefined && wishOf(before) !== wishOf(after)) add(keyOfObject(object));
      }),
      autoscalers.onChange(({ before, after }) => {
        const object = after ?? before;
        const owner = object && findOwnerKey(object, scaledObjectKind);
        if (owner !== undefined && specOf(before) !== specOf(after)) add(owner);
      }),
      own.health.onChange(add),
    ],
    reconcile: (context, key, signal) => reconcileScaledObject(context, parts, key, signal),
  });
}

/** What its owner wants of it, apart from what became of that. */
function wishOf(object: Live<ScaledObject> | undefined): string {
  if (object === undefined) return "";
  const { uid, annotations, labels, finalizers, deletionTimestamp } = object.metadata;
  const marks = { uid, annotations, labels, finalizers, deletionTimestamp };
  return canonicalText({ spec: object.spec, ...marks });
}

function specOf(autoscaler: Live<HorizontalPodAutoscaler> | undefined): string {
  return autoscaler === undefined ? "" : canonicalText(autoscaler.spec);
}

async function reconcileScaledObject(
  context: ReconcileContext,
  parts: Parts,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<Outcome> {
  const scaledObject = parts.scaledObjects.cache.find(key);
  if (scaledObject === undefined) {
    parts.health.forget(key);
    parts.started.delete(formatKey(key));
    return settled;
  }
  const steering = steeringOf(scaledObject);
  const nowMs = context.clock.nowMs();
  const { namespace } = key;
  const pass: Pass = { context, parts, scaledObject, namespace, steering, nowMs, signal };
  if (isBeingDeleted(scaledObject)) {
    await finalize(pass);
    return settled;
  }
  if (await mark(pass)) return settled;
  const findings = steering.isPaused ? await paused(pass) : await lookAt(pass);
  await tell(pass, findings);
  return revisitAfter((scaledObject.spec.pollingInterval ?? pollingSecondsDefault) * 1_000);
}

/** Puts on what the object has to carry; true when it had to, and the change will be seen. */
async function mark({ context, scaledObject, signal }: Pass): Promise<boolean> {
  const { name, labels, finalizers = [], resourceVersion } = scaledObject.metadata;
  if (finalizers.includes(finalizer) && labels?.[ownerLabel] === name) return false;
  const marks = {
    resourceVersion,
    labels: { [ownerLabel]: name },
    finalizers: [...finalizers.filter((one) => one !== finalizer), finalizer],
  };
  await patchMetadata(context, scaledObject, marks, signal);
  return true;
}

async function patchMetadata(
  { client }: ReconcileContext,
  scaledObject: Live<ScaledObject>,
  metadata: object,
  signal: AbortSignal,
): Promise<void> {
  const patch = { type: "merge", body: { metadata: asJsonObject(metadata) } } as const;
  await client.of(scaledObjectKind).patch(keyOfObject(scaledObject), patch, {}, signal);
}

async function finalize(pass: Pass): Promise<void> {
  const { context, scaledObject, namespace, signal } = pass;
  const { finalizers = [], resourceVersion } = scaledObject.metadata;
  if (!finalizers.includes(finalizer)) return;
  const { originalReplicaCount } = scaledObject.status ?? {};
  const isRestored = scaledObject.spec.advanced?.restoreToOriginalReplicaCount === true;
  if (isRestored && originalReplicaCount !== undefined) {
    try {
      const target = targetReference(scaledObject.spec);
      const scale = await readScale(context.client, namespace, target, signal);
      await writeScale(context.client, scale, originalReplicaCount, signal);
    } catch (error) {
      // The target has gone before.
      if (!hasReason(error, "NotFound")) throw error;
    }
  }
  const rest = finalizers.filter((one) => one !== finalizer);
  await patchMetadata(context, scaledObject, { resourceVersion, finalizers: rest }, signal);
  record(pass, "Warning", "ScaledObjectDeleted", "ScaledObject was deleted");
}

interface Checked {
  readonly target: GroupVersionKindResource;
  readonly scale: TargetScale;
  readonly triggers: readonly Trigger[];
}

async function lookAt(pass: Pass): Promise<Findings> {
  try {
    const { target, scale, triggers } = await check(pass);
    const autoscaler = await ensureAutoscaler(pass, target, triggers);
    tellStart(pass, triggers);
    const { activity, isActive, isFailing } = await readAll(pass, triggers);
    const currentReplicas = scale.specReplicas;
    const facts = { ...pass, currentReplicas, isActive, isFailing };
    const activation = decideActivation(facts);
    const isDone = await resize(pass, scale, activation, activity);
    return {
      target,
      currentReplicas,
      triggers,
      activity,
      autoscaler,
      autoscalerName: autoscalerName(pass.scaledObject),
      ready: activation.ready,
      active: activation.active,
      isMomentOfActivity: activation.isMomentOfActivity && isDone,
    };
  } catch (error) {
    if (!(error instanceof CheckError)) throw error;
    record(pass, "Warning", "ScaledObjectCheckFailed", error.message);
    const message = "ScaledObject check failed";
    return {
      ...nothingFound,
      ready: { status: "False", reason: "ScaledObjectCheckFailed", message: error.message },
      active: { status: "Unknown", reason: "UnknownState", message },
    };
  }
}

const nothingFound = {
  target: undefined,
  currentReplicas: undefined,
  triggers: undefined,
  activity: undefined,
  autoscaler: undefined,
  autoscalerName: undefined,
  isMomentOfActivity: false,
} as const;

async function check(pass: Pass): Promise<Checked> {
  const { parts, scaledObject, namespace } = pass;
  const { target, scale } = await findTarget(pass);
  checkBounds(scaledObject);
  checkSupported(scaledObject);
  const scaledObjects = parts.scaledObjects.cache.list(namespace);
  const autoscalers = parts.autoscalers.cache.list(namespace);
  checkSoleOwner(scaledObject, kindText(target), { scaledObjects, autoscalers });
  try {
    const triggers = parseTriggers(scaledObject.spec.triggers, parts.timeZones);
    return { target, scale, triggers };
  } catch (error) {
    if (!(error instanceof TriggerError)) throw error;
    record(pass, "Warning", "KEDAScalerFailed", error.message);
    throw new CheckError(autoscalerStep, error.message);
  }
}

async function findTarget({ context, scaledObject, namespace, signal }: Pass) {
  const reference = targetReference(scaledObject.spec);
  const { client } = context;
  try {
    const { group, version, resource } = await findResourcePath(client, reference, signal);
    const scale = await readScale(client, namespace, reference, signal);
    return { scale, target: { group, version, kind: reference.kind, resource } };
  } catch (error) {
    // The object's owner is told; the target may come at any time.
    if (signal.aborted || !(error instanceof Error)) throw error;
    throw new CheckError(targetStep, error.message);
  }
}

async function readAll(pass: Pass, triggers: readonly Trigger[]) {
  const { parts, nowMs, signal } = pass;
  const activity = new Map<string, boolean>();
  const external = triggers.filter((trigger) => trigger.kind !== "resource");
  const readings = await Promise.all(
    external.map(async (trigger) => {
      const reading = await readTrigger(trigger, parts.prom, nowMs, signal);
      return { metric: trigger.metric, reading };
    }),
  );
  for (const { metric, reading } of readings) {
    if (reading.kind === "failed") record(pass, "Warning", "KEDAScalerFailed", reading.why);
    activity.set(metric, reading.kind === "read" && reading.isActive);
  }
  const isFailing = readings.some(({ reading }) => reading.kind === "failed");
  // Without anything else to go by the autoscaler alone decides.
  const isActive = external.length === 0 || [...activity.values()].includes(true);
  return { activity, isActive, isFailing };
}

/** Whether the target has the size that it is to have. */
async function resize(
  pass: Pass,
  scale: TargetScale,
  { resize: plan }: Activation,
  activity: ReadonlyMap<string, boolean>,
): Promise<boolean> {
  if (plan === undefined) return true;
  const { client } = pass.context;
  try {
    await writeScale(client, scale, plan.replicas, pass.signal);
    tellResize(pass, scale, plan, activity);
    return true;
  } catch (error) {
    // The object's owner is told; the next poll tries again.
    if (!(error instanceof StatusError)) throw error;
    tellFailure(pass, scale, plan);
    return false;
  }
}

/** Takes the autoscaler away, and gives the target the size at which it is paused. */
async function paused(pass: Pass): Promise<Findings> {
  const { context, scaledObject, namespace, steering, signal } = pass;
  await deleteAutoscaler(pass, scaledObject.status?.hpaName ?? autoscalerName(scaledObject));
  const ready = { status: "True", reason: "ScaledObjectReady", message: "ScaledObject is paused" };
  const findings = { ...nothingFound, ready, active: undefined };
  const text = steering.pausedReplicas;
  if (text === undefined) return findings;
  if (!/^\d{1,9}$/.test(text)) {
    const why = `strconv.ParseInt: parsing ${quoteGo(text)}: invalid syntax`;
    const message = `failed to scale target to paused replica count: failed to parse paused replica count: ${why}`;
    record(pass, "Warning", "ScaledObjectCheckFailed", message);
    return {
      ...findings,
      ready: { status: "False", reason: "ScaledObjectCheckFailed", message },
    };
  }
  const scale = await readScale(
    context.client,
    namespace,
    targetReference(scaledObject.spec),
    signal,
  );
  const replicas = Number(text);
  if (scale.specReplicas !== replicas) await writeScale(context.client, scale, replicas, signal);
  return { ...findings, currentReplicas: scale.specReplicas };
}

async function tell(pass: Pass, findings: Findings): Promise<void> {
  const { context, parts, scaledObject, steering, nowMs, signal } = pass;
  const failures = parts.health.failuresOf(keyOfObject(scaledObject));
  const status = nextStatus({ scaledObject, steering, failures, findings, nowMs });
  tellChanges(pass, status.conditions ?? []);
  if (canonicalText(status) === canonicalText(scaledObject.status)) return;
  const object = { ...scaledObject, status };
  await context.client.of(scaledObjectKind).updateStatus(object, {}, signal);
}
