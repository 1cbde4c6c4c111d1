/**
 * What an object uses of the resources that a quota may bound. Source: upstream's evaluators in
 * `pkg/quota/v1/evaluator/core`.
 */

import {
  type PersistentVolumeClaim,
  persistentVolumeClaim,
  type Pod,
  pod,
  type Service,
  service,
} from "../core/v1/index.ts";
import { parseQuantity, type Quantity, quantityOf } from "../quantity.ts";
import { type AnyKind, asObjectOf, type JsonObject } from "../schema/schema.ts";
import { parseTime } from "../time.ts";
import { specWithEffectiveResources } from "./effective-resources.ts";
import { podAmounts } from "./pod-amounts.ts";
import type { Usage } from "./usage.ts";

const one = quantityOf(1, "DecimalSI");
/** Kinds of the core group whose objects may also be counted by their name alone. */
const plainlyCounted: ReadonlySet<string> = new Set([
  "configmaps",
  "persistentvolumeclaims",
  "replicationcontrollers",
  "resourcequotas",
  "secrets",
  "services",
]);

/** The names by which a quota counts the objects of a kind, whatever else these use. */
export function kindCounts({ resource, package: { group } }: AnyKind): readonly string[] {
  if (resource === undefined) return [];
  const counted = group === "" ? resource.name : `${resource.name}.${group}`;
  const isPlain = group === "" && plainlyCounted.has(resource.name);
  return isPlain ? [`count/${counted}`, counted] : [`count/${counted}`];
}

/** `nowMs`: a pod whose grace period is over uses nothing, though it is still there. */
export function usageOfObject(kind: AnyKind, object: JsonObject, nowMs: number): Usage {
  const usage = new Map<string, Quantity>(kindCounts(kind).map((name) => [name, one]));
  const more = moreOf(kind, object, nowMs);
  for (const [name, amount] of more) usage.set(name, amount);
  return usage;
}

function moreOf(kind: AnyKind, object: JsonObject, nowMs: number): Usage {
  if (kind === pod) return podUsage(asObjectOf(pod, object), nowMs);
  if (kind === service) return serviceUsage(asObjectOf(service, object));
  if (kind !== persistentVolumeClaim) return new Map();
  return claimUsage(asObjectOf(persistentVolumeClaim, object));
}

function podUsage(object: Pod, nowMs: number): Usage {
  const { spec, status } = object;
  if (spec === undefined || isOver(object, nowMs)) return new Map();
  return new Map([["pods", one], ...podAmounts(specWithEffectiveResources({ spec, status }))]);
}

function isOver({ metadata, status }: Pod, nowMs: number): boolean {
  if (status?.phase === "Succeeded" || status?.phase === "Failed") return true;
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata ?? {};
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return false;
  // That time is the end of the grace period already; upstream waits for as long again.
  return nowMs > parseTime(deletionTimestamp) + deletionGracePeriodSeconds * 1_000;
}

function serviceUsage({ spec = {} }: Service): Usage {
  const ports = spec.ports ?? [];
  const usage = new Map<string, Quantity>();
  const isBalanced = spec.type === "LoadBalancer";
  if (isBalanced) usage.set("services.loadbalancers", one);
  if (spec.type === "NodePort" || (isBalanced && spec.allocateLoadBalancerNodePorts !== false)) {
    usage.set("services.nodeports", quantityOf(ports.length, "DecimalSI"));
  } else if (isBalanced) {
    const chosen = ports.filter(({ nodePort = 0 }) => nodePort !== 0).length;
    usage.set("services.nodeports", quantityOf(chosen, "DecimalSI"));
  }
  return usage;
}

function claimUsage({ spec = {}, status }: PersistentVolumeClaim): Usage {
  const usage = new Map<string, Quantity>();
  const className = spec.storageClassName ?? "";
  const ofClass = `${className}.storageclass.storage.k8s.io`;
  if (className !== "") usage.set(`${ofClass}/persistentvolumeclaims`, one);
  const wanted = spec.resources?.requests?.["storage"];
  if (wanted === undefined) return usage;
  // Room that a volume keeps after a smaller wish is still used.
  const allocated = status?.allocatedResources?.["storage"];
  const amounts = [wanted, ...(allocated === undefined ? [] : [allocated])].map(parseQuantity);
  const amount = amounts.reduce((left, right) => (left.nanos < right.nanos ? right : left));
  usage.set("requests.storage", amount);
  if (className !== "") usage.set(`${ofClass}/requests.storage`, amount);
  return usage;
}
