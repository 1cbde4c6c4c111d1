/** Defaults of the other kinds. Source: upstream's `pkg/apis/…/defaults.go`. */

import {
  endpoints,
  limitRange,
  persistentVolume,
  persistentVolumeClaim,
  secret,
  type Service,
  service,
} from "#api/core/v1";
import { endpointSlice } from "#api/discovery/v1";
import { type NetworkPolicy, networkPolicy, type NetworkPolicyPort } from "#api/networking/v1";
import { clusterRoleBinding, roleBinding, type Subject } from "#api/rbac/v1";
import { priorityClass } from "#api/scheduling/v1";
import { storageClass } from "#api/storage/v1";
import {
  type HorizontalPodAutoscaler,
  horizontalPodAutoscaler,
  type HorizontalPodAutoscalerBehavior,
  type HPAScalingRules,
} from "#api/autoscaling/v2";
import { type BehaviorEntry, defineBehavior } from "../behavior.ts";
import { each, fill } from "./fill.ts";

export const otherDefaults: readonly BehaviorEntry[] = [
  defineBehavior(service, { applyDefaults: withServiceDefaults }),
  defineBehavior(secret, { applyDefaults: (object) => fill(object, { type: "Opaque" }) }),
  defineBehavior(endpoints, {
    applyDefaults: (object) =>
      object.subsets === undefined
        ? object
        : {
            ...object,
            subsets: object.subsets.map((subset) =>
              subset.ports === undefined
                ? subset
                : { ...subset, ports: subset.ports.map((port) => fill(port, { protocol: "TCP" })) },
            ),
          },
  }),
  defineBehavior(endpointSlice, {
    applyDefaults: (object) =>
      object.ports === undefined
        ? object
        : {
            ...object,
            ports: object.ports.map((port) => fill(port, { name: "", protocol: "TCP" })),
          },
  }),
  defineBehavior(persistentVolume, {
    applyDefaults: (object) => ({
      ...object,
      spec: fill(object.spec ?? {}, {
        persistentVolumeReclaimPolicy: "Retain",
        volumeMode: "Filesystem",
      }),
      status: fill(object.status ?? {}, { phase: "Pending" }),
    }),
  }),
  defineBehavior(persistentVolumeClaim, {
    applyDefaults: (object) => ({
      ...object,
      spec: fill(object.spec ?? {}, { volumeMode: "Filesystem" }),
      status: fill(object.status ?? {}, { phase: "Pending" }),
    }),
  }),
  defineBehavior(limitRange, {
    applyDefaults: (object) =>
      object.spec === undefined
        ? object
        : {
            ...object,
            spec: { ...object.spec, limits: object.spec.limits.map(withLimitDefaults) },
          },
  }),
  defineBehavior(roleBinding, {
    applyDefaults: (object) => ({
      ...object,
      roleRef: withRbacGroup(object.roleRef),
      ...(object.subjects === undefined
        ? {}
        : { subjects: object.subjects.map(withSubjectDefaults) }),
    }),
  }),
  defineBehavior(clusterRoleBinding, {
    applyDefaults: (object) => ({
      ...object,
      roleRef: withRbacGroup(object.roleRef),
      ...(object.subjects === undefined
        ? {}
        : { subjects: object.subjects.map(withSubjectDefaults) }),
    }),
  }),
  defineBehavior(priorityClass, {
    applyDefaults: (object) => fill(object, { preemptionPolicy: "PreemptLowerPriority" }),
  }),
  defineBehavior(storageClass, {
    applyDefaults: (object) =>
      fill(object, { reclaimPolicy: "Delete", volumeBindingMode: "Immediate" }),
  }),
  defineBehavior(networkPolicy, { applyDefaults: withNetworkPolicyDefaults }),
  defineBehavior(horizontalPodAutoscaler, { applyDefaults: withAutoscalerDefaults }),
];

const rbacGroup = "rbac.authorization.k8s.io";
const stickySeconds = 10_800;

function withServiceDefaults(object: Service): Service {
  if (object.spec === undefined) return object;
  const given = fill(object.spec, { type: "ClusterIP", sessionAffinity: "None" });
  const hasOutsideAddress = given.type === "ClusterIP" && (given.externalIPs ?? []).length > 0;
  const isExternal =
    given.type === "NodePort" || given.type === "LoadBalancer" || hasOutsideAddress;
  const isName = given.type === "ExternalName";
  const spec = fill(given, {
    ...(isExternal ? { externalTrafficPolicy: "Cluster" } : {}),
    ...(isName ? {} : { internalTrafficPolicy: "Cluster" }),
    ...(given.type === "LoadBalancer" ? { allocateLoadBalancerNodePorts: true } : {}),
    ...(given.sessionAffinity === "ClientIP"
      ? { sessionAffinityConfig: { clientIP: { timeoutSeconds: stickySeconds } } }
      : {}),
  });
  if (spec.ports === undefined) return { ...object, spec };
  const ports = spec.ports.map((port) => {
    const target = port.targetPort;
    const isUnset = target === undefined || target === 0 || target === "";
    return { ...fill(port, { protocol: "TCP" }), targetPort: isUnset ? port.port : target };
  });
  return { ...object, spec: { ...spec, ports } };
}

type Limits = Parameters<typeof fillLimits>[0];

/** Defaults for containers: a default request is the default limit, and that the maximum. */
function withLimitDefaults<T extends Limits & { readonly type: string }>(item: T): T {
  return item.type === "Container" ? { ...item, ...fillLimits(item) } : item;
}

function fillLimits(item: {
  readonly default?: Readonly<Record<string, string>> | undefined;
  readonly defaultRequest?: Readonly<Record<string, string>> | undefined;
  readonly max?: Readonly<Record<string, string>> | undefined;
  readonly min?: Readonly<Record<string, string>> | undefined;
}) {
  const limits = { ...item.max, ...item.default };
  const requests = { ...limits, ...item.min, ...item.defaultRequest };
  return {
    ...(Object.keys(limits).length === 0 ? {} : { default: limits }),
    ...(Object.keys(requests).length === 0 ? {} : { defaultRequest: requests }),
  };
}

function withSubjectDefaults(subject: Subject): Subject {
  return subject.kind === "User" || subject.kind === "Group" ? withRbacGroup(subject) : subject;
}

/** An empty group counts as none: required fields are never absent. */
function withRbacGroup<T extends { readonly apiGroup?: string | undefined }>(reference: T): T {
  return (reference.apiGroup ?? "") === "" ? { ...reference, apiGroup: rbacGroup } : reference;
}

function withNetworkPolicyDefaults(object: NetworkPolicy): NetworkPolicy {
  if (object.spec === undefined) return object;
  const withPorts = (ports: readonly NetworkPolicyPort[] | undefined) =>
    each(ports, (port) => fill(port, { protocol: "TCP" }));
  const { ingress, egress } = object.spec;
  const policyTypes = egress === undefined ? ["Ingress"] : ["Ingress", "Egress"];
  return {
    ...object,
    spec: {
      ...fill(object.spec, { policyTypes }),
      ...(ingress === undefined
        ? {}
        : { ingress: ingress.map((rule) => ({ ...rule, ports: withPorts(rule.ports) })) }),
      ...(egress === undefined
        ? {}
        : { egress: egress.map((rule) => ({ ...rule, ports: withPorts(rule.ports) })) }),
    },
  };
}

const cpuTargetPercent = 80;

function withAutoscalerDefaults(object: HorizontalPodAutoscaler): HorizontalPodAutoscaler {
  if (object.spec === undefined) return object;
  const target = { type: "Utilization", averageUtilization: cpuTargetPercent };
  const cpu = { type: "Resource", resource: { name: "cpu", target } };
  const { metrics = [], behavior } = object.spec;
  return {
    ...object,
    spec: {
      ...fill(object.spec, { minReplicas: 1 }),
      metrics: metrics.length === 0 ? [cpu] : metrics,
      ...(behavior === undefined ? {} : { behavior: withRuleDefaults(behavior) }),
    },
  };
}

/** How long a scale-down waits is left open: that is an option of whoever scales. */
function withRuleDefaults({
  scaleUp,
  scaleDown,
}: HorizontalPodAutoscalerBehavior): HorizontalPodAutoscalerBehavior {
  const most = { type: "Percent", value: 100, periodSeconds: 15 };
  const some = { type: "Pods", value: 4, periodSeconds: 15 };
  const common = { selectPolicy: "Max" };
  return {
    scaleUp: fill<HPAScalingRules>(scaleUp ?? {}, {
      ...common,
      stabilizationWindowSeconds: 0,
      policies: [some, most],
    }),
    scaleDown: fill<HPAScalingRules>(scaleDown ?? {}, { ...common, policies: [most] }),
  };
}
