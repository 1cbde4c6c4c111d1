/** Facts about the ReplicaSets of a Deployment. All pure. */

import { compareText } from "#base";
import type { Live } from "#api";
import type { Deployment, ReplicaSet } from "#api/apps/v1";
import { canonicalText } from "../pod-template.ts";
import type { PodTemplateSpec } from "#api/core/v1";

export const revisionAnnotation = "deployment.kubernetes.io/revision";
export const revisionHistoryAnnotation = "deployment.kubernetes.io/revision-history";
export const desiredAnnotation = "deployment.kubernetes.io/desired-replicas";
export const maxAnnotation = "deployment.kubernetes.io/max-replicas";
export const hashLabel = "pod-template-hash";

export function replicasOf(set: Live<ReplicaSet>): number {
  return set.spec.replicas ?? 1;
}

export function availableOf(set: Live<ReplicaSet>): number {
  return set.status.availableReplicas ?? 0;
}

export function sumOf(
  sets: readonly Live<ReplicaSet>[],
  count: (set: Live<ReplicaSet>) => number,
): number {
  return sets.reduce((total, set) => total + count(set), 0);
}

export function compareAge(left: Live<ReplicaSet>, right: Live<ReplicaSet>): number {
  return (
    compareText(left.metadata.creationTimestamp, right.metadata.creationTimestamp) ||
    compareText(left.metadata.name, right.metadata.name)
  );
}

/** The set that runs the Deployment's present template; of several the oldest. */
export function findNewSet(
  deployment: Live<Deployment>,
  sets: readonly Live<ReplicaSet>[],
): Live<ReplicaSet> | undefined {
  const wanted = templateText(deployment.spec.template);
  return [...sets]
    .sort(compareAge)
    .find(({ spec }) => spec.template !== undefined && templateText(spec.template) === wanted);
}

/** Templates are compared without the hash label, which differs by design. */
function templateText(template: PodTemplateSpec): string {
  const { [hashLabel]: _hash, ...labels } = template.metadata?.labels ?? {};
  return canonicalText({ ...template, metadata: { ...template.metadata, labels } });
}

export function revisionOf(object: {
  readonly metadata: {
    readonly annotations?: Readonly<Record<string, string>> | undefined;
  };
}): number {
  return integerAnnotation(object.metadata.annotations?.[revisionAnnotation]) ?? 0;
}

export function integerAnnotation(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
