/** What keeps a ScaledObject from working, before anything is scaled. Pure; the words are KEDA's. */

import type { Live } from "#api";
import type { HorizontalPodAutoscaler } from "#api/autoscaling/v2";
import type { ScaledObject } from "#api/keda/v1alpha1";
import { findControllerUid } from "#client";
import { autoscalerName, maxReplicasDefault } from "./planned-autoscaler.ts";
import { isSameTarget, type TargetReference, targetReference } from "./target.ts";

/** A step of checking that failed: `step: why`. */
export class CheckError extends Error {
  constructor(step: string, why: string) {
    super(`${step}: ${why}`);
    this.name = "CheckError";
  }
}

export const targetStep = "ScaledObject doesn't have correct scaleTargetRef specification";
export const autoscalerStep = "failed to ensure HPA is correctly created for ScaledObject";
const boundsStep = "ScaledObject doesn't have correct Idle/Min/Max Replica Counts specification";
const transferAnnotation = "scaledobject.keda.sh/transfer-hpa-ownership";

/** Throws a `CheckError`. */
export function checkBounds({ spec }: Live<ScaledObject>): void {
  const { minReplicaCount, maxReplicaCount = maxReplicasDefault, idleReplicaCount } = spec;
  const min = minReplicaCount === undefined ? 0 : Math.max(minReplicaCount, 1);
  if (min > maxReplicaCount) {
    const why = `MinReplicaCount=${min} must be less than MaxReplicaCount=${maxReplicaCount}`;
    throw new CheckError(boundsStep, why);
  }
  if (idleReplicaCount !== undefined && idleReplicaCount >= min) {
    const why = `IdleReplicaCount=${idleReplicaCount} must be less than MinReplicaCount=${min}`;
    throw new CheckError(boundsStep, why);
  }
}

/** Refuses what is part of KEDA and not of this. Throws a `CheckError`. */
export function checkSupported({ spec }: Live<ScaledObject>): void {
  const { advanced, fallback } = spec;
  if (Object.keys(advanced?.scalingModifiers ?? {}).length > 0) {
    throw new CheckError(autoscalerStep, "advanced.scalingModifiers is not supported");
  }
  if (fallback?.behavior === "scalingModifiers") {
    const why =
      "scalingModifiers fallback behavior requires scalingModifiers.formula to be defined";
    throw new CheckError(autoscalerStep, why);
  }
  if (fallback !== undefined && spec.triggers.every(({ type }) => isResource(type))) {
    throw new CheckError(
      autoscalerStep,
      "at least one trigger (that is not cpu or memory) has to have the `AverageValue` type for the fallback to be enabled",
    );
  }
  if (spec.triggers.every(({ type }) => isResource(type)) && (spec.minReplicaCount ?? 0) === 0) {
    throw new CheckError(
      autoscalerStep,
      "scaledobject has only cpu/memory triggers AND minReplica is 0 (scale to zero doesn't work in this case)",
    );
  }
}

function isResource(type: string): boolean {
  return type === "cpu" || type === "memory";
}

/** Refuses to share a target: with another autoscaler, or with a ScaledObject that is older. */
export function checkSoleOwner(
  scaledObject: Live<ScaledObject>,
  targetKind: string,
  others: {
    readonly scaledObjects: readonly Live<ScaledObject>[];
    readonly autoscalers: readonly Live<HorizontalPodAutoscaler>[];
  },
): void {
  const { metadata } = scaledObject;
  const target = targetReference(scaledObject.spec);
  const workload = `the workload '${target.name}' of type '${targetKind}' is already managed by`;
  const rival = others.scaledObjects.find(
    (other) =>
      other.metadata.uid !== metadata.uid &&
      isSameTarget(targetReference(other.spec), target) &&
      ageOf(other) < ageOf(scaledObject),
  );
  if (rival !== undefined) {
    throw new CheckError(targetStep, `${workload} the ScaledObject '${rival.metadata.name}'`);
  }
  const foreign = others.autoscalers.find(
    (autoscaler) =>
      findControllerUid(autoscaler) !== metadata.uid &&
      isSameTarget(referenceOf(autoscaler), target) &&
      !isTransferred(scaledObject, autoscaler),
  );
  if (foreign !== undefined) {
    throw new CheckError(autoscalerStep, `${workload} the hpa '${foreign.metadata.name}'`);
  }
}

function referenceOf({ spec }: Live<HorizontalPodAutoscaler>): TargetReference {
  const { apiVersion = "", kind, name } = spec.scaleTargetRef;
  return { apiVersion, kind, name };
}

/** Sorts by age, and by name among those of one second. */
function ageOf({ metadata }: Live<ScaledObject>): string {
  return `${metadata.creationTimestamp ?? ""} ${metadata.name}`;
}

function isTransferred(
  scaledObject: Live<ScaledObject>,
  { metadata }: Live<HorizontalPodAutoscaler>,
): boolean {
  return (
    scaledObject.metadata.annotations?.[transferAnnotation] === "true" &&
    autoscalerName(scaledObject) === metadata.name
  );
}
