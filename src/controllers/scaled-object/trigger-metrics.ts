/** What `external.metrics.k8s.io` tells the autoscalers of ScaledObjects: the figures of their triggers. */

import {
  type CompiledLabelSelector,
  isJsonObject,
  listAt,
  type Live,
  StatusError,
  valueAt,
} from "#api";
import type { MetricTarget } from "#api/autoscaling/v2";
import type { ScaledObject } from "#api/keda/v1alpha1";
import type { Clock, TimeZones } from "#base";
import { type Client, keyOfObject, type ObjectCache } from "#client";
import { readScale } from "../scale-target.ts";
import { fallbackAmount, isFallingBack } from "./fallback.ts";
import { ownerLabel } from "./planned-autoscaler.ts";
import { targetReference } from "./target.ts";
import { amountOf, type ExternalTrigger, parseTriggers, TriggerError } from "./trigger.ts";
import type { TriggerHealth } from "./trigger-health.ts";
import { type PromValues, readTrigger } from "./trigger-reading.ts";

export interface TriggerMetricsDeps {
  readonly clock: Clock;
  readonly timeZones: TimeZones;
  readonly prom: PromValues;
  readonly health: TriggerHealth;
  readonly scaledObjects: () => ObjectCache<ScaledObject>;
  readonly client: () => Client;
}

export interface TriggerQuestion {
  readonly namespace: string;
  readonly metric: string;
  readonly selector: CompiledLabelSelector;
}

export interface TriggerFigure {
  readonly labels: null;
  readonly atMs: number;
  /** A quantity. */
  readonly amount: string;
}

/** Undefined for metrics of other sources. Throws a `StatusError` for a trigger that fails. */
export async function readTriggerMetric(
  deps: TriggerMetricsDeps,
  { namespace, metric, selector }: TriggerQuestion,
  signal: AbortSignal,
): Promise<readonly TriggerFigure[] | undefined> {
  const name = selector.requirements.find(({ key }) => key === ownerLabel)?.values[0];
  if (name === undefined) return undefined;
  const scaledObject = deps.scaledObjects().find({ namespace, name });
  const trigger = scaledObject && findTrigger(scaledObject, metric, deps.timeZones);
  if (scaledObject === undefined || trigger === undefined) return undefined;
  const atMs = deps.clock.nowMs();
  const reading = await readTrigger(trigger, deps.prom, atMs, signal);
  const key = keyOfObject(scaledObject);
  deps.health.note(key, metric, reading.kind);
  if (reading.kind === "read") return [{ labels: null, atMs, amount: amountOf(reading.value) }];
  const failureCount = deps.health.failuresOf(key).get(metric) ?? 0;
  const isFalling = isFallingBack(scaledObject.spec.fallback, failureCount);
  const amount = isFalling
    ? await fallingBack(deps, scaledObject, trigger.target, signal)
    : undefined;
  if (amount === undefined) throw new StatusError("InternalError", reading.why);
  return [{ labels: null, atMs, amount }];
}

function findTrigger(
  { spec }: Live<ScaledObject>,
  metric: string,
  timeZones: TimeZones,
): ExternalTrigger | undefined {
  try {
    return parseTriggers(spec.triggers, timeZones)
      .filter((trigger) => trigger.kind !== "resource")
      .find((trigger) => trigger.metric === metric);
  } catch (error) {
    if (!(error instanceof TriggerError)) throw error;
    throw new StatusError("InternalError", error.message);
  }
}

async function fallingBack(
  { client }: TriggerMetricsDeps,
  { metadata, spec }: Live<ScaledObject>,
  target: MetricTarget,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { namespace = "" } = metadata;
  const { fallback } = spec;
  if (fallback === undefined) return undefined;
  const scale = await readScale(client(), namespace, targetReference(spec), signal);
  const readyReplicas =
    target.type === "Value" ? await countReady(client(), namespace, scale.selector, signal) : 0;
  return fallbackAmount({
    fallback,
    target,
    currentReplicas: scale.specReplicas,
    readyReplicas,
  });
}

async function countReady(
  client: Client,
  namespace: string,
  labelSelector: string,
  signal: AbortSignal,
): Promise<number> {
  const query = new URLSearchParams({ labelSelector });
  const path = `/api/v1/namespaces/${namespace}/pods?${query.toString()}`;
  const pods = listAt(await client.exchange({ method: "GET", target: path }, signal), "items");
  const isReady = (pod: (typeof pods)[number]) =>
    listAt(pod, "status", "conditions").some(
      (one) =>
        isJsonObject(one) && valueAt(one, "type") === "Ready" && valueAt(one, "status") === "True",
    );
  return pods.filter(isReady).length;
}
