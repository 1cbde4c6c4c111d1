import { formatTime } from "#api";
import type { VerticalPodAutoscalerCondition } from "#api/verticalautoscaling/v1";

export interface Provision {
  readonly hasPods: boolean;
  readonly hasRecommendation: boolean;
}

const noPods = { reason: "NoPodsMatched", message: "No pods match this VPA object" };

/** In upstream's words; a condition whose status stays keeps the time of its last change. */
export function conditionsOf(
  before: readonly VerticalPodAutoscalerCondition[],
  { hasPods, hasRecommendation }: Provision,
  nowMs: number,
): readonly VerticalPodAutoscalerCondition[] {
  const condition = (
    type: string,
    status: string,
    why: { readonly reason?: string; readonly message?: string },
  ) => {
    const known = before.find((one) => one.type === type && one.status === status);
    return {
      type,
      status,
      lastTransitionTime: known?.lastTransitionTime ?? formatTime(nowMs),
      ...why,
    };
  };
  const isProvided = hasRecommendation ? "True" : "False";
  const why = hasRecommendation || hasPods ? {} : noPods;
  return [
    ...(hasPods ? [] : [condition("NoPodsMatched", "True", noPods)]),
    condition("RecommendationProvided", isProvided, why),
  ];
}
