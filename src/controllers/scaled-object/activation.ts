/**
 * Whether a target is to be brought to nothing or back, which an autoscaler does not do. Pure; the rules
 * are those of KEDA's scale executor.
 */

import type { Live } from "#api";
import type { ScaledObject, ScaledObjectCondition } from "#api/keda/v1alpha1";
import { parseTime } from "#api";
import type { Steering } from "./annotations.ts";

const cooldownSecondsDefault = 300;

export interface ActivationFacts {
  readonly scaledObject: Live<ScaledObject>;
  readonly steering: Steering;
  readonly currentReplicas: number;
  /** Any trigger has something to do. */
  readonly isActive: boolean;
  /** Any trigger could not be read. */
  readonly isFailing: boolean;
  readonly nowMs: number;
}

export interface Activation {
  readonly ready: Omit<ScaledObjectCondition, "type">;
  readonly active: Omit<ScaledObjectCondition, "type">;
  /** The size that the target is to be given; undefined when it stays. */
  readonly resize: Resize | undefined;
  /** Whether this was a moment of activity. */
  readonly isMomentOfActivity: boolean;
}

export interface Resize {
  readonly replicas: number;
  readonly why: "activate" | "deactivate" | "minimum";
}

const isReady = {
  status: "True",
  reason: "ScaledObjectReady",
  message: "ScaledObject is defined correctly and is ready for scaling",
};

const isIdle = {
  status: "False",
  reason: "ScalerNotActive",
  message: "Scaling is not performed because triggers are not active",
};

export function decideActivation(facts: ActivationFacts): Activation {
  const { steering, isActive } = facts;
  return isActive || steering.isForced ? decideBusy(facts) : decideIdle(facts);
}

function decideBusy({
  scaledObject,
  steering,
  currentReplicas,
  isFailing,
}: ActivationFacts): Activation {
  const { minReplicaCount = 0, idleReplicaCount } = scaledObject.spec;
  const message = steering.isForced
    ? "Scaling is performed because activation is being forced by annotation"
    : "Scaling is performed because triggers are active";
  const active = { status: "True", reason: "ScalerActive", message };
  const isBelow = idleReplicaCount !== undefined && currentReplicas < minReplicaCount;
  if (isBelow || currentReplicas === 0) {
    const resize = { replicas: Math.max(minReplicaCount, 1), why: "activate" } as const;
    const isHeld = steering.isScaleOutPaused;
    return {
      ready: isReady,
      active,
      resize: isHeld ? undefined : resize,
      isMomentOfActivity: !isHeld,
    };
  }
  if (!isFailing) return { ready: isReady, active, resize: undefined, isMomentOfActivity: true };
  const some = "Some triggers defined in ScaledObject are not working correctly";
  const ready = { status: "Unknown", reason: "PartialTriggerError", message: some };
  return { ready, active, resize: undefined, isMomentOfActivity: false };
}

function decideIdle(facts: ActivationFacts): Activation {
  const { spec } = facts.scaledObject;
  const { minReplicaCount = 0, idleReplicaCount, fallback } = spec;
  const { currentReplicas, isFailing } = facts;
  const idle = { ready: isReady, active: isIdle, resize: undefined, isMomentOfActivity: false };
  // The autoscaler brings it to the size of the fallback, which it could not from zero.
  if (isFailing && fallback !== undefined && fallback.replicas !== 0) return idle;
  if (isFailing && fallback === undefined) {
    const message = "Triggers defined in ScaledObject are not working correctly";
    return { ...idle, ready: { status: "False", reason: "TriggerError", message } };
  }
  const isAboveIdle = idleReplicaCount !== undefined && currentReplicas > idleReplicaCount;
  if (isAboveIdle || (currentReplicas > 0 && minReplicaCount === 0)) {
    return { ...idle, ...decideCooldown(facts) };
  }
  if (idleReplicaCount === undefined && currentReplicas < minReplicaCount) {
    return { ...idle, resize: { replicas: minReplicaCount, why: "minimum" } };
  }
  return idle;
}

function decideCooldown(facts: ActivationFacts): Pick<Activation, "active" | "resize"> {
  const { scaledObject, steering, nowMs } = facts;
  if (steering.isScaleInPaused) return { active: isIdle, resize: undefined };
  if (nowMs <= cooldownEndMs(scaledObject)) {
    const message = "Scaler cooling down because triggers are not active";
    return { active: { status: "False", reason: "ScalerCooldown", message }, resize: undefined };
  }
  const { idleReplicaCount, minReplicaCount = 0 } = scaledObject.spec;
  const replicas = idleReplicaCount ?? minReplicaCount;
  return { active: isIdle, resize: { replicas, why: "deactivate" } };
}

/** What was never active cools down from its creation on. */
function cooldownEndMs({ metadata, spec, status }: Live<ScaledObject>): number {
  const { cooldownPeriod = cooldownSecondsDefault, initialCooldownPeriod = 0 } = spec;
  const { lastActiveTime } = status ?? {};
  if (lastActiveTime !== undefined) return parseTime(lastActiveTime) + cooldownPeriod * 1_000;
  return parseTime(metadata.creationTimestamp ?? "") + initialCooldownPeriod * 1_000;
}
