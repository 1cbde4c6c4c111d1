/** The kinds that stacks are made of, and where the API has them. */
import type { KindAddress } from "#client";
import { assert } from "#base";

export interface StackKind extends KindAddress {
  readonly apiVersion: string;
}

/** In the order in which a stack goes away: what makes pods first. */
export const stackKinds: readonly StackKind[] = [
  kindOf("autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers"),
  kindOf("apps/v1", "Deployment", "deployments"),
  kindOf("apps/v1", "DaemonSet", "daemonsets"),
  kindOf("apps/v1", "StatefulSet", "statefulsets"),
  kindOf("batch/v1", "CronJob", "cronjobs"),
  kindOf("batch/v1", "Job", "jobs"),
  kindOf("networking.k8s.io/v1", "Ingress", "ingresses"),
  kindOf("v1", "Service", "services"),
  kindOf("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies"),
  kindOf("v1", "ConfigMap", "configmaps"),
  kindOf("v1", "Secret", "secrets"),
  kindOf("v1", "PersistentVolumeClaim", "persistentvolumeclaims"),
];

/** What is looked at besides. */
export const namespaceKind = kindOf("v1", "Namespace", "namespaces", false);
export const podKind = kindOf("v1", "Pod", "pods");
export const eventKind = kindOf("v1", "Event", "events");
export const resourceQuotaKind = kindOf("v1", "ResourceQuota", "resourcequotas");
export const replicaSetKind = kindOf("apps/v1", "ReplicaSet", "replicasets");

const workloadNames = new Set(["Deployment", "DaemonSet", "StatefulSet", "Job", "CronJob"]);

/** Those whose objects run services. */
export const workloadKinds = stackKinds.filter(({ kind }) => workloadNames.has(kind));

export function stackKind(name: string): StackKind {
  const found = stackKinds.find(({ kind }) => kind === name);
  assert(found !== undefined, `stacks are made of objects of kind ${name}`);
  return found;
}

function kindOf(apiVersion: string, kind: string, name: string, namespaced = true): StackKind {
  const [version = "", group = ""] = apiVersion.split("/").reverse();
  return { apiVersion, kind, package: { group, version }, resource: { name, namespaced } };
}
