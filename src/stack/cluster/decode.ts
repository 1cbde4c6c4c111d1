/**
 * Where objects that the server gives become typed: it validates what it stores, so that they have the
 * shape that their kind declares.
 */
import type { JsonObject, JsonValue } from "#api";
import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from "#api/apps/v1";
import type { CronJob, Job } from "#api/batch/v1";
import type {
  Event,
  PersistentVolumeClaim,
  Pod,
  ResourceQuota,
  Secret,
  Service,
} from "#api/core/v1";
import type { ObjectMeta } from "#api/meta/v1";

export function metadataOf(object: JsonObject): ObjectMeta & { readonly name: string } {
  return object["metadata"] as unknown as ObjectMeta & { readonly name: string };
}

export function labelsIn(object: JsonObject): Readonly<Record<string, string>> {
  return metadataOf(object).labels ?? {};
}

export function kindIn(object: JsonObject): string {
  return object["kind"] as string;
}

export function decodePod(object: JsonObject): Pod {
  return object as unknown as Pod;
}

export function decodeDeployment(object: JsonObject): Deployment {
  return object as unknown as Deployment;
}

export function decodeReplicaSet(object: JsonObject): ReplicaSet {
  return object as unknown as ReplicaSet;
}

export function decodeDaemonSet(object: JsonObject): DaemonSet {
  return object as unknown as DaemonSet;
}

export function decodeStatefulSet(object: JsonObject): StatefulSet {
  return object as unknown as StatefulSet;
}

export function decodeJob(object: JsonObject): Job {
  return object as unknown as Job;
}

export function decodeCronJob(object: JsonObject): CronJob {
  return object as unknown as CronJob;
}

export function decodeClaim(object: JsonObject): PersistentVolumeClaim {
  return object as unknown as PersistentVolumeClaim;
}

export function decodeQuota(object: JsonObject): ResourceQuota {
  return object as unknown as ResourceQuota;
}

export function decodeService(object: JsonObject): Service {
  return object as unknown as Service;
}

export function decodeEvent(object: JsonObject): Event {
  return object as unknown as Event;
}

export function decodeSecret(object: JsonObject): Secret {
  return object as unknown as Secret;
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
