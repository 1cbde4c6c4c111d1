import { formatTime } from "#api";
import type { HorizontalPodAutoscalerCondition } from "#api/autoscaling/v2";

export interface ConditionFacts {
  readonly type: "AbleToScale" | "ScalingActive" | "ScalingLimited" | "ScaledToZero";
  readonly status: "True" | "False";
  readonly reason: string;
  readonly message: string;
}

type Conditions = readonly HorizontalPodAutoscalerCondition[];

/** The list with one aspect told anew; the time is that of the last change of its status. */
export function withCondition(list: Conditions, facts: ConditionFacts, nowMs: number): Conditions {
  const before = list.find(({ type }) => type === facts.type);
  const isSame = before?.status === facts.status;
  const lastTransitionTime = isSame ? before.lastTransitionTime : formatTime(nowMs);
  const condition = { ...facts, lastTransitionTime };
  if (before === undefined) return [...list, condition];
  return list.map((one) => (one === before ? condition : one));
}

export function isConditionTrue(
  list: Conditions | undefined,
  type: ConditionFacts["type"],
): boolean {
  return list?.some((one) => one.type === type && one.status === "True") ?? false;
}
