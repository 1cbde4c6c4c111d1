/** The status of a ScaledObject after a look. Pure. */

import { formatTime, type Live } from "#api";
import type { HorizontalPodAutoscaler } from "#api/autoscaling/v2";
import type {
  GroupVersionKindResource,
  ScaledObject,
  ScaledObjectCondition,
  ScaledObjectStatus,
} from "#api/keda/v1alpha1";
import type { Steering } from "./annotations.ts";
import { type Failures, isFallingBack } from "./fallback.ts";
import type { Trigger } from "./trigger.ts";

type State = Omit<ScaledObjectCondition, "type">;

/** What a look found out; what is undefined stays as it was. */
export interface Findings {
  readonly target: GroupVersionKindResource | undefined;
  /** Size of the target when it was looked at. */
  readonly currentReplicas: number | undefined;
  readonly triggers: readonly Trigger[] | undefined;
  /** Of the triggers by metric; undefined where they were not read. */
  readonly activity: ReadonlyMap<string, boolean> | undefined;
  readonly autoscaler: Live<HorizontalPodAutoscaler> | undefined;
  readonly autoscalerName: string | undefined;
  readonly ready: State;
  readonly active: State | undefined;
  readonly isMomentOfActivity: boolean;
}

export interface StatusFacts {
  readonly scaledObject: Live<ScaledObject>;
  readonly steering: Steering;
  readonly failures: Failures;
  readonly findings: Findings;
  readonly nowMs: number;
}

const initial: readonly ScaledObjectCondition[] = [
  { type: "Ready", status: "Unknown" },
  { type: "Active", status: "Unknown" },
  { type: "Fallback", status: "Unknown" },
  { type: "Paused", status: "False" },
];

export function nextStatus(facts: StatusFacts): ScaledObjectStatus {
  const { scaledObject, findings, nowMs } = facts;
  const { pausedReplicaCount: _, health: __, ...before } = scaledObject.status ?? {};
  const { target, currentReplicas, autoscalerName, isMomentOfActivity } = findings;
  const original = before.originalReplicaCount ?? currentReplicas;
  return {
    ...before,
    ...(target === undefined ? {} : { scaleTargetKind: kindText(target), scaleTargetGVKR: target }),
    ...(original === undefined ? {} : { originalReplicaCount: original }),
    ...(isMomentOfActivity ? { lastActiveTime: formatTime(nowMs) } : {}),
    ...triggerFields(facts),
    ...pauseFields(facts.steering),
    ...(autoscalerName === undefined ? {} : { hpaName: autoscalerName }),
    conditions: conditionsOf(facts),
  };
}

export function kindText({ group, version, kind }: GroupVersionKindResource): string {
  return `${group}/${version}.${kind}`;
}

function triggerFields({ scaledObject, failures, findings }: StatusFacts): ScaledObjectStatus {
  const { triggers, activity } = findings;
  if (triggers === undefined) return {};
  const external = triggers.flatMap((one) => (one.kind === "resource" ? [] : [one.metric]));
  const resources = triggers.flatMap((one) => (one.kind === "resource" ? [one.resource] : []));
  const hasHealth = scaledObject.spec.fallback !== undefined;
  const types = new Set(scaledObject.spec.triggers.map(({ type }) => type));
  return {
    triggersTypes: [...types].join(","),
    ...(external.length === 0 ? {} : { externalMetricNames: external }),
    ...(resources.length === 0 ? {} : { resourceMetricNames: resources }),
    ...(hasHealth ? { health: healthOf(external, failures) } : {}),
    ...(activity === undefined
      ? {}
      : {
          triggersActivity: Object.fromEntries(
            [...activity].map(([metric, isActive]) => [metric, { isActive }]),
          ),
        }),
  };
}

function healthOf(metrics: readonly string[], failures: Failures) {
  return Object.fromEntries(
    metrics.flatMap((metric) => {
      const numberOfFailures = failures.get(metric);
      if (numberOfFailures === undefined) return [];
      return [[metric, { numberOfFailures, status: numberOfFailures > 0 ? "Failing" : "Happy" }]];
    }),
  );
}

function pauseFields({ pausedReplicas }: Steering): ScaledObjectStatus {
  const count = Number(pausedReplicas);
  return pausedReplicas === undefined || !Number.isInteger(count)
    ? {}
    : { pausedReplicaCount: count };
}

function conditionsOf(facts: StatusFacts): readonly ScaledObjectCondition[] {
  const { scaledObject, findings } = facts;
  const conditions = new Map(
    [...initial, ...(scaledObject.status?.conditions ?? [])].map((one) => [one.type, one]),
  );
  const set = (type: string, state: State | undefined) => {
    if (state !== undefined) conditions.set(type, { type, ...state });
  };
  set("Ready", findings.ready);
  set("Active", findings.active);
  set("Fallback", fallbackState(facts));
  set("Paused", pausedState(facts));
  set("HPAActive", autoscalerState(findings.autoscaler));
  return [...conditions.values()];
}

function fallbackState({ scaledObject, failures }: StatusFacts): State {
  const { fallback } = scaledObject.spec;
  if ([...failures.values()].some((count) => isFallingBack(fallback, count))) {
    const message = "At least one trigger is falling back on this scaled object";
    return { status: "True", reason: "FallbackExists", message };
  }
  const message = "No fallbacks are active on this scaled object";
  return { status: "False", reason: "NoFallbackFound", message };
}

function pausedState({ scaledObject, steering }: StatusFacts): State | undefined {
  const { isPaused, isScaleInPaused, isScaleOutPaused } = steering;
  if (isPaused || isScaleInPaused || isScaleOutPaused) {
    return { status: "True", reason: "ScaledObjectPaused", message: "ScaledObject is paused" };
  }
  const before = scaledObject.status?.conditions?.find(({ type }) => type === "Paused");
  if (before?.status !== "True") return undefined;
  const message = "pause annotation removed for ScaledObject";
  return { status: "False", reason: "ScaledObjectUnpaused", message };
}

/** Says of the autoscaler what it says of itself; zero pods are as intended. */
function autoscalerState(autoscaler: Live<HorizontalPodAutoscaler> | undefined): State | undefined {
  const scaling = autoscaler?.status?.conditions?.find(({ type }) => type === "ScalingActive");
  if (scaling === undefined) return undefined;
  const { status, reason = "", message = "" } = scaling;
  if (status === "True") {
    return { status: "True", reason: "HPAActive", message: "HPA is actively scaling" };
  }
  if (reason === "ScalingDisabled") return { status: "True", reason, message };
  return {
    status: "False",
    reason: reason === "" ? "HPAMetricsUnavailable" : reason,
    message: `HPA is not actively scaling: ${message}`,
  };
}
