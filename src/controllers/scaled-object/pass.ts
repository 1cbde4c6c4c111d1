/** One look at one ScaledObject, and what it works with. */

import type { Live } from "#api";
import type { HorizontalPodAutoscaler } from "#api/autoscaling/v2";
import type { ScaledObject } from "#api/keda/v1alpha1";
import type { TimeZones } from "#base";
import type { Informer } from "#client";
import type { ReconcileContext } from "../controller.ts";
import type { Steering } from "./annotations.ts";
import type { TriggerHealth } from "./trigger-health.ts";
import type { PromValues } from "./trigger-reading.ts";

export interface ScaledObjectDeps {
  readonly prom: PromValues;
  readonly health: TriggerHealth;
  readonly timeZones: TimeZones;
}

export interface Parts extends ScaledObjectDeps {
  readonly scaledObjects: Informer<ScaledObject>;
  readonly autoscalers: Informer<HorizontalPodAutoscaler>;
  /** Generation of each object whose triggers were told of. */
  readonly started: Map<string, number>;
}

/** One look at one object. */
export interface Pass {
  readonly context: ReconcileContext;
  readonly parts: Parts;
  readonly scaledObject: Live<ScaledObject>;
  readonly namespace: string;
  readonly steering: Steering;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

/** Records an Event of the object. */
export function record(
  pass: Pass,
  type: "Normal" | "Warning",
  reason: string,
  message: string,
): void {
  const { metadata } = pass.scaledObject;
  const subject = { apiVersion: "keda.sh/v1alpha1", kind: "ScaledObject", metadata };
  pass.context.recorder.record(subject, { type, reason, message });
}
